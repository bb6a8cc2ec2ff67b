"""The slices of a folder with captions: by query, by photo, and by tags of one's own."""

from __future__ import annotations

from pathlib import Path

from photosearch.evaluate.caption_scores import Captioned
from photosearch.evaluate.captioned import read_named
from photosearch.evaluate.report import Evaluation
from photosearch.evaluate.studies.masks import by_concept, by_length, by_tags, of_queries
from photosearch.evaluate.studies.photo_traits import by_traits, read_traits
from photosearch.evaluate.studies.slices import Slice, slice_evaluation
from photosearch.progress import Listener, silent


def slice_captions(
    found: Evaluation, data: Captioned, folder: Path, *, progress: Listener = silent
) -> list[Slice]:
    """By length and concepts of captions, by traits of photos, and by the "tags" of captions.jsonl.

    `found` is text to photo of `data`, which was embedded from `folder`. Raises as `read_traits`
    and `embed_captioned` do.
    """
    names, photos = read_named(folder)
    texts = [text for photo in photos for text in photo.captions]
    traits = by_traits(read_traits([photo.path for photo in photos], progress=progress))
    tags = {name: photo.tags for name, photo in zip(names, photos, strict=True) if photo.tags}
    tagged = by_tags(names, tags) if tags else {}
    masks = by_length(texts) | by_concept(texts) | of_queries(traits | tagged, data.owner)
    return slice_evaluation(found, masks, progress=progress)
