"""File -> oriented sRGB picture -> model input, and what the camera wrote beside it.

find    folders to photo files, one by one
load    one photo file to all that indexing needs
files   a file to bytes, read once          decode  bytes to an upright picture
formats which format some bytes are         color   any pixel layout to sRGB
guard   decoders' errors to typed ones      jpeg    JPEGs that end early unnoticed
exif    raw tags to PhotoInfo               tags    EXIF bytes to raw tags
resize  a picture to the model's pixels
"""
