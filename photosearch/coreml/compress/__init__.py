"""Stores weights in fewer bits, and finds which of them can bear how few."""
