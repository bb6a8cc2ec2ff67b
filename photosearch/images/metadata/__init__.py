"""What the camera, or a file beside the photo, wrote about it."""
