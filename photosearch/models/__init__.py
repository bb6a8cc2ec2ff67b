"""The towers, and the encoders that are built from them."""
