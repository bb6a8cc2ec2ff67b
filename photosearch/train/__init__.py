"""Training: streams of losses over cached photos and sentences, one loop, resumable."""
