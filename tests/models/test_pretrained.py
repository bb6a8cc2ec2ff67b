"""CLIP and SigLIP checkpoints against transformers' own processor and forward pass."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PIL import Image

from photosearch.encoder import Encoder, Floats
from photosearch.errors import MissingExtra, ModelError, ShapeError, UsageError
from photosearch.models.batches import read
from photosearch.models.load import load_encoder
from photosearch.models.pretrained import PretrainedEncoder
from photosearch.testing import DRAWINGS, draw_photo
from tests.models.checkpoints import SIDE

TEXTS = [
    "a red disc",
    "the photo of a white square on blue and the red disc and more",
    "",
    "red",
]


@pytest.fixture(params=["clip", "siglip"])
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.getfixturevalue(request.param))


@pytest.fixture
def pictures() -> list[Image.Image]:
    """Wide, square, smaller than the input, and noise."""
    sizes = [(320, 240), (201, 97), (64, 64), (20, 31), (120, 90), (90, 33)]
    drawn = [
        draw_photo(text, width=w, height=h) for text, (w, h) in zip(DRAWINGS, sizes, strict=True)
    ]
    noise = np.random.default_rng(0).integers(0, 256, (85, 121, 3), dtype=np.uint8)
    return [*drawn, Image.fromarray(noise)]


def smooth(*, height: int, width: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A smooth picture: brighter to the right and to the bottom, with waves."""
    y, x = np.mgrid[0:height, 0:width]
    waves = 40 * np.sin(x / 17) * np.cos(y / 23)
    gray = 60 + 120 * (x / width + y / height) / 2 + waves
    return np.stack([gray, gray * 0.9, gray * 0.7], axis=-1).clip(0, 255).astype(np.uint8)


def processed(folder: Path, pictures: list[Image.Image]) -> torch.Tensor:
    """What transformers' own Pillow processor makes of the pictures."""
    automatic: Any = transformers.AutoImageProcessor
    processor = automatic.from_pretrained(folder, backend="pil")
    pixels: torch.Tensor = processor(images=pictures, return_tensors="pt")["pixel_values"]
    return pixels


def reference(folder: Path) -> Any:
    return transformers.AutoModel.from_pretrained(folder).eval().requires_grad_(False)


def unit(output: Any) -> Floats:
    return np.asarray(torch.nn.functional.normalize(output.pooler_output, dim=-1).numpy())


def test_pixels_equal_those_of_transformers(folder: Path, pictures: list[Image.Image]) -> None:
    encoder = PretrainedEncoder(folder, name="test")
    settings = encoder._files.preprocessing
    ours = np.stack([read(picture, encoder.image) for picture in pictures])
    normalised = (ours * settings.rescale - settings.mean) / settings.std
    theirs = processed(folder, pictures).permute(0, 2, 3, 1).numpy()
    np.testing.assert_allclose(normalised, theirs, atol=1e-5)


def test_pixels_of_high_pictures_differ_by_a_rounding(folder: Path) -> None:
    """Pillow may scale them in the other order: see photosearch.images.resize."""
    picture = Image.fromarray(smooth(height=300, width=140))
    encoder = PretrainedEncoder(folder, name="test")
    settings = encoder._files.preprocessing
    theirs = processed(folder, [picture])[0].permute(1, 2, 0).numpy()
    levels = (theirs * settings.std + settings.mean) / settings.rescale
    assert np.abs(levels - read(picture, encoder.image)).max() < 1.01


def test_photos_equal_those_of_transformers(folder: Path, pictures: list[Image.Image]) -> None:
    with torch.inference_mode():
        pixels = processed(folder, pictures)
        expected = unit(reference(folder).get_image_features(pixel_values=pixels))
    got = PretrainedEncoder(folder, name="test", bf16=False).encode_images(pictures)
    assert got.dtype == np.float32
    assert np.max(got @ got.T - 2 * np.eye(len(got))) < 0.99
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_texts_equal_those_of_transformers(folder: Path) -> None:
    model, encoder = reference(folder), PretrainedEncoder(folder, name="test")
    context = model.config.text_config.max_position_embeddings
    tokens = transformers.AutoTokenizer.from_pretrained(folder)(
        TEXTS, padding="max_length", max_length=context, truncation=True, return_tensors="pt"
    )
    if model.config.model_type == "siglip":
        del tokens["attention_mask"]  # its model card and its training have none
    tokens.pop("token_type_ids", None)
    with torch.inference_mode():
        expected = unit(model.get_text_features(**tokens))
    got = encoder.encode_texts(TEXTS)
    assert np.max(got @ got.T - 2 * np.eye(len(got))) < 0.999
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_token_ids_equal_those_of_transformers(folder: Path) -> None:
    encoder = PretrainedEncoder(folder, name="test")
    context = encoder._files.text.context
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    for text in TEXTS:
        expected = tokenizer(text, truncation=True, max_length=context)["input_ids"]
        assert encoder.tokenizer.encode(text) == expected


def test_bfloat16_is_near_float32(folder: Path, pictures: list[Image.Image]) -> None:
    exact, rounded = (
        PretrainedEncoder(folder, name="test", bf16=bf16).encode_images(pictures)
        for bf16 in (False, True)
    )
    assert (exact * rounded).sum(axis=1).min() > 0.9995


def test_the_loss_s_own_scale_and_bias_calibrate(folder: Path) -> None:
    calibration, model = PretrainedEncoder(folder, name="test").calibration, reference(folder)
    assert calibration.scale == pytest.approx(float(model.logit_scale.exp()))
    if model.config.model_type == "siglip":
        assert calibration.bias == pytest.approx(float(model.logit_bias))
    else:
        assert calibration.bias < 0


def test_load_encoder_tells_a_checkpoint_by_its_files(folder: Path) -> None:
    encoder = load_encoder(folder)
    assert isinstance(encoder, PretrainedEncoder)
    assert isinstance(encoder, Encoder)
    assert load_encoder(encoder.name, width=encoder.dim).space == encoder.space
    assert encoder.image.size == SIDE
    assert encoder.encode_images([]).shape == (0, encoder.dim)
    assert encoder.encode_texts([]).shape == (0, encoder.dim)


def test_a_hub_id_keeps_its_name(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photosearch.models.checkpoint.download", lambda _: clip)
    assert load_encoder("owner/model").name == "owner/model"


def test_such_a_model_has_one_width(folder: Path) -> None:
    with pytest.raises(UsageError, match="embedding width: got 7"):
        load_encoder(folder, width=7)


def test_pixels_of_another_size_are_refused(folder: Path) -> None:
    with pytest.raises(ShapeError, match=r"\[N, 32, 32, 3\]"):
        load_encoder(folder).encode_pixels(np.zeros((1, 64, 64, 3), np.uint8))


def test_weights_that_are_damaged_are_a_model_error(clip: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(clip, tmp_path / "copy")
    (copy / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot load it"):
        load_encoder(copy).encode_texts(["a"])


def test_weights_that_are_incomplete_are_a_model_error(clip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    copy = shutil.copytree(clip, tmp_path / "copy")
    tensors = load_file(copy / "model.safetensors")
    del tensors["visual_projection.weight"]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"missing: visual_projection\.weight$"):
        load_encoder(copy).encode_texts(["a"])


def test_loading_writes_nothing(clip: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_encoder(clip).encode_texts(["a"])
    assert capfd.readouterr() == ("", "")


def test_without_transformers_the_extra_is_named(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtra, match=r"pip install 'photosearch\[models\]'"):
        load_encoder(clip)
