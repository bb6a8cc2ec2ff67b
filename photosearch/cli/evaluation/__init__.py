"""`photosearch eval`: models, indexes and runs, measured and studied."""
