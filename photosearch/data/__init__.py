"""Photos with captions or labels, read from JSONL files. The only reader of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.data.evaluation_set import EvaluationSet as EvaluationSet
    from photosearch.data.evaluation_set import Sampling as Sampling
    from photosearch.data.evaluation_set import read_evaluation_set as read_evaluation_set
    from photosearch.data.photos import CaptionedPhoto as CaptionedPhoto
    from photosearch.data.photos import LabelledPhoto as LabelledPhoto
    from photosearch.data.photos import is_held_out as is_held_out
    from photosearch.data.photos import of_dev_split as of_dev_split
    from photosearch.data.photos import read_captioned as read_captioned
    from photosearch.data.photos import read_labelled as read_labelled

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "CaptionedPhoto": "photosearch.data.photos",
        "EvaluationSet": "photosearch.data.evaluation_set",
        "LabelledPhoto": "photosearch.data.photos",
        "Sampling": "photosearch.data.evaluation_set",
        "is_held_out": "photosearch.data.photos",
        "of_dev_split": "photosearch.data.photos",
        "read_captioned": "photosearch.data.photos",
        "read_evaluation_set": "photosearch.data.evaluation_set",
        "read_labelled": "photosearch.data.photos",
    },
)
