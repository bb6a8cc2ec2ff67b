"""Both sides of the comparison, on a tiny model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from photosearch.coreml import ReferenceModel
from photosearch.coreml.families.convertible import Convertible
from photosearch.errors import PackageError
from photosearch.images import open_image
from photosearch.testing import DRAWINGS, draw_photo, draw_photos
from photosearch.verify.towers import (
    embed,
    in_threads,
    picture_inputs,
    text_inputs_of,
    torch_pictures,
    torch_texts,
)
from tests.coreml.tiny import SIDE

TEXTS = ["a red disc", "blue", "three words more than that"] * 4


def test_results_come_in_the_order_of_the_items_and_are_counted() -> None:
    heard: list[tuple[int, int]] = []
    found = in_threads(lambda x: x * x, list(range(9)), lambda *now: heard.append(now))
    assert found == [x * x for x in range(9)]
    assert heard == [(i, 9) for i in range(1, 10)]


def test_the_number_of_torchs_threads_is_put_back() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert in_threads(lambda _: torch.get_num_threads(), [1, 2, 3]) == [1, 1, 1]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_an_error_in_a_thread_is_raised() -> None:
    def fail(item: int) -> int:
        if item == 3:
            raise PackageError("broken")
        return item

    with pytest.raises(PackageError, match="broken"):
        in_threads(fail, list(range(20)))


def test_torch_embeds_a_batch_as_it_embeds_one(tiny_source: Convertible) -> None:
    pictures = [draw_photo(text) for text in DRAWINGS]
    together = torch_pictures(tiny_source, pictures)
    alone = [torch_pictures(tiny_source, [each])[0] for each in pictures]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    together = torch_texts(tiny_source, TEXTS)
    alone = [torch_texts(tiny_source, [each])[0] for each in TEXTS]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_the_packages_embed_as_torch_does(tiny_source: Convertible, tiny_export: Path) -> None:
    image, text = (ReferenceModel(tiny_export / f"{name}.mlpackage") for name in ("image", "text"))
    pictures = [draw_photo(each) for each in DRAWINGS]
    shipped = embed(image, pictures, lambda each: picture_inputs(image.path, image, each))
    np.testing.assert_allclose(shipped, torch_pictures(tiny_source, pictures), atol=3e-3)
    given = text_inputs_of(text.path, text, TEXTS)
    np.testing.assert_allclose(
        embed(text, given, lambda x: x), torch_texts(tiny_source, TEXTS), atol=5e-3
    )


def test_a_file_is_the_same_as_the_picture_in_it(tiny_export: Path, tmp_path: Path) -> None:
    image = ReferenceModel(tiny_export / "image.mlpackage")
    (path,) = draw_photos(tmp_path, ["red disc on white"]).values()
    opened = picture_inputs(image.path, image, open_image(path, target=SIDE))
    assert (picture_inputs(image.path, image, path)["image"] == opened["image"]).all()


def test_ids_off_by_one_are_all_others_and_none_is_negative(tiny_export: Path) -> None:
    text = ReferenceModel(tiny_export / "text.mlpackage")
    (right,) = text_inputs_of(text.path, text, ["a red disc"])
    (wrong,) = text_inputs_of(text.path, text, ["a red disc"], off_by=-1)
    count = int(right["mask"].sum())
    assert (right["ids"][0, :count] - wrong["ids"][0, :count] == 1).all()
    assert (right["mask"] == wrong["mask"]).all()
    assert wrong["ids"].min() >= 0


def test_a_package_without_an_embedding_is_refused(tiny_package: Path) -> None:
    with pytest.raises(PackageError, match="expected embedding"):
        embed(ReferenceModel(tiny_package), [{}], lambda x: x)
