"""Weights in fewer bits: how they are stored, and which weight can bear how few."""
