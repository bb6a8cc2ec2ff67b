"""Names that an export, its Core ML packages and a bundle share: files, inputs, outputs, notes.

Each stands here once. Swift reads the names of files, inputs and outputs from `manifest.json`, in
which `photosearch.bundle` writes them.

Shape legend: S side in pixels, T tokens, D embedding width.
"""

from __future__ import annotations

from typing import Literal

# Files and folders of an export; all but its record go into a bundle.
IMAGE, TEXT = "image.mlpackage", "text.mlpackage"
CONSTANTS = "Data/com.apple.CoreML/weights/weight.bin"  # in a package, where Core ML's tools put it
TOKENIZER = "tokenizer"
EXPORT_RECORD = "export.json"
VERIFICATION = "verification.json"
# What a training run leaves in its folder: the record of its recipe, and at its end a bundle.
RUN_RECIPE, RUN_BUNDLE = "recipe.txt", "run.photomodel"

# What the packages take and give.
IMAGE_INPUT = "image"  # a picture, RGB, S by S
IDS_INPUT = "ids"  # int32 [1, T], padded
EOT_INPUT = "eot"  # float16 [1, 1, 1, T], 1 at the end-of-text token and 0 elsewhere
MASK_INPUT = "mask"  # float16 [1, 1, 1, T], 1 at every token that is not padding
OUTPUT = "embedding"  # float16 [1, D], unit norm

Pooling = Literal["eot", "mean", "last"]
# A text package's second input; None where it has none.
POOLING_INPUT: dict[Pooling, str | None] = {"eot": EOT_INPUT, "mean": MASK_INPUT, "last": None}

NOTE = "photosearch."  # before the names of the notes that an export leaves in its packages
