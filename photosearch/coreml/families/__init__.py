"""Models that can be converted, each read into one common description."""
