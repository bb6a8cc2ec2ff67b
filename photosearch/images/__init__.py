"""File -> oriented sRGB picture -> model input, and what the camera wrote beside it.

find    folders to photo files          files   one file to bytes, safely
decode  bytes to an upright picture     formats which format the bytes are
color   any pixel layout to sRGB        tags    EXIF bytes to raw tags
exif    raw tags to PhotoInfo           resize  a picture to the model's pixels
load    all of it, for one photo
"""
