"""The numbers of the built-in image tower, which torch trains and OpenVINO runs.

MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381). Its input is (x - 128) / 128.
"""

from __future__ import annotations

# expansion, output channels, repeats, stride of the first (table 2 of the paper)
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
STEM_CHANNELS = 32
FEATURE_CHANNELS = 1280
PIXEL_MEAN = PIXEL_SCALE = 128.0
NORM_EPSILON = 1e-5  # of the head's layer norm
