"""The built-in model as an Encoder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosearch.encoder import Encoder
from photosearch.errors import BundleError, EmptyImage, ShapeError, UsageError
from photosearch.models.builtin import BuiltinEncoder
from photosearch.models.load import load_encoder
from photosearch.testing import DRAWINGS, draw_photo


@pytest.fixture(scope="module")
def encoder(bundle: Path) -> BuiltinEncoder:
    return BuiltinEncoder(bundle, name="random")


def test_it_is_an_encoder(encoder: BuiltinEncoder) -> None:
    assert isinstance(encoder, Encoder)
    assert (encoder.dim, encoder.image.size, encoder.name) == (64, 64, "random")
    assert len(encoder.space) == 64


def test_photos_become_unit_vectors(encoder: BuiltinEncoder, photos: list[Path]) -> None:
    vectors = encoder.encode_images(photos)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(photos), 64)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_different_photos_become_different_vectors(
    encoder: BuiltinEncoder, photos: list[Path]
) -> None:
    vectors = encoder.encode_images(photos)
    assert np.max(vectors @ vectors.T - 2 * np.eye(len(photos))) < 0.99


def test_texts_become_unit_vectors(encoder: BuiltinEncoder) -> None:
    vectors = encoder.encode_texts(["a red disc", "", "dogs " * 1000, "犬 🐕"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 64)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_texts_keep_their_order_whatever_their_length(encoder: BuiltinEncoder) -> None:
    texts = [f"{'word ' * (i * 37 % 11)}{i}" for i in range(150)]
    alone = np.concatenate([encoder.encode_texts([text]) for text in texts[::29]])
    np.testing.assert_allclose(encoder.encode_texts(texts)[::29], alone, atol=1e-5)


def test_nothing_becomes_nothing(encoder: BuiltinEncoder) -> None:
    assert encoder.encode_images([]).shape == (0, 64)
    assert encoder.encode_texts([]).shape == (0, 64)
    assert encoder.encode_pixels(np.zeros((0, 64, 64, 3), np.uint8)).shape == (0, 64)


def test_an_open_picture_equals_its_file(encoder: BuiltinEncoder, tmp_path: Path) -> None:
    path = tmp_path / "turned.png"
    exif = Image.Exif()
    exif[274] = 6
    draw_photo(DRAWINGS[2]).save(path, exif=exif)
    with Image.open(path) as picture:
        pair = encoder.encode_images([path, picture])
    np.testing.assert_allclose(pair[0], pair[1], atol=1e-6)


def test_the_first_unreadable_photo_is_raised(
    encoder: BuiltinEncoder, photos: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(EmptyImage, match=r"empty\.jpg"):
        encoder.encode_images([*photos, tmp_path / "empty.jpg"])


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 3, 64, 64), np.uint8),
        np.zeros((64, 64, 3), np.uint8),
        np.zeros((1, 64, 64, 3), np.float32),
        np.zeros((1, 32, 32, 3), np.uint8),
    ],
)
def test_pixels_of_another_shape_or_type_are_refused(
    encoder: BuiltinEncoder, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    with pytest.raises(ShapeError, match=r"expected uint8 \[N, 64, 64, 3\]"):
        encoder.encode_pixels(pixels)


def test_a_cut_embedding_is_the_beginning_made_unit_again(
    bundle: Path, encoder: BuiltinEncoder, photos: list[Path]
) -> None:
    narrow = BuiltinEncoder(bundle, name="random", width=16)
    assert narrow.dim == 16
    assert narrow.space == f"{encoder.space}/16"
    for full, cut in (
        (encoder.encode_texts(["a", "b"]), narrow.encode_texts(["a", "b"])),
        (encoder.encode_images(photos), narrow.encode_images(photos)),
    ):
        head = full[:, :16] / np.linalg.norm(full[:, :16], axis=1, keepdims=True)
        np.testing.assert_allclose(cut, head, atol=1e-6)


def test_the_full_width_is_the_model_s_own_space(bundle: Path, encoder: BuiltinEncoder) -> None:
    assert BuiltinEncoder(bundle, name="random", width=64).space == encoder.space


def test_a_width_without_training_is_refused(bundle: Path) -> None:
    with pytest.raises(UsageError, match="got 48, expected one of 64, 32, 16"):
        load_encoder(bundle, width=48)


def test_a_lone_string_is_not_a_list(encoder: BuiltinEncoder) -> None:
    with pytest.raises(UsageError, match="expected a list of strings"):
        encoder.encode_texts("a dog")
    with pytest.raises(UsageError, match="expected a list of paths"):
        encoder.encode_images("dog.jpg")


def test_a_number_is_not_a_photo(encoder: BuiltinEncoder) -> None:
    with pytest.raises(UsageError, match="got int, expected a path, a PIL image or an array"):
        encoder.encode_images([7])  # type: ignore[list-item]


def test_a_damaged_bundle_does_not_open(bundle: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(bundle, tmp_path / "copy")
    (copy / "weights.safetensors").write_bytes(b"")
    with pytest.raises(BundleError, match="weights"):
        BuiltinEncoder(copy, name="copy")


def test_words_need_neither_torch_nor_transformers_nor_pillow(bundle: Path) -> None:
    script = (
        "import sys\n"
        "from photosearch import load_encoder\n"
        f"load_encoder({str(bundle)!r}).encode_texts(['a dog'])\n"
        "print(sorted({'torch', 'transformers', 'PIL', 'faiss'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
