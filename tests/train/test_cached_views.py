"""Augmented views, computed once."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from photosearch.models.inverted_residuals import InvertedResiduals, pool
from photosearch.testing import draw_photo, draw_photos
from photosearch.train import cached_views as views_module
from photosearch.train.cached_views import (
    CachedViews,
    backbone_outputs,
    cache_views,
    draw_view,
)
from photosearch.train.config import ViewsConfig
from tests.train.data_folder import hear, random_backbone

CONFIG = ViewsConfig(side=32, views=3, frozen_blocks=4)


@pytest.fixture
def photo() -> Image.Image:
    return draw_photo("red triangle on white", width=90, height=60)


@pytest.fixture(scope="module")
def backbone() -> InvertedResiduals:
    return random_backbone()


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return list(draw_photos(tmp_path / "photos").values())[:3]


def cached(backbone: InvertedResiduals, photos: list[Path], tmp_path: Path) -> CachedViews:
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return cache_views(backbone, photos, work, CONFIG, tick=hear)


@given(view=st.integers(0, 9), seed=st.integers(0, 2**31))
def test_a_view_is_a_square_of_the_side_asked_for(view: int, seed: int) -> None:
    wide = Image.new("RGB", (13, 7))
    assert draw_view(wide, view, CONFIG, seed).size == (32, 32)


@pytest.mark.parametrize("view", [0, 1, 5])
def test_the_same_view_is_the_same_picture(photo: Image.Image, view: int) -> None:
    first, second = (draw_view(photo, view, CONFIG, 7) for _ in range(2))
    assert first == second


def test_the_first_view_is_the_whole_photo_whatever_the_seed(photo: Image.Image) -> None:
    assert draw_view(photo, 0, CONFIG, 1) == draw_view(photo, 0, CONFIG, 2)


def test_the_second_view_is_the_first_mirrored(photo: Image.Image) -> None:
    whole, second = (draw_view(photo, view, CONFIG, 0) for view in (0, 1))
    assert second == ImageOps.mirror(whole)


def test_later_views_differ_by_view_and_by_photo(photo: Image.Image) -> None:
    drawn = [(2, 0), (3, 0), (2, 1)]
    pictures = [draw_view(photo, view, CONFIG, seed).tobytes() for view, seed in drawn]
    assert len(set(pictures)) == 3


def test_the_cache_holds_every_view_of_every_photo(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path
) -> None:
    views = cached(backbone, photos, tmp_path)
    assert [bottom.shape for bottom in views.bottoms] == [(3, 32, 4, 4)] * CONFIG.views
    assert [features.shape for features in views.features] == [(3, 1280)] * CONFIG.views


@torch.no_grad()
def test_cached_features_are_those_of_the_whole_backbone(backbone: InvertedResiduals) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), np.uint8)
    x = (torch.from_numpy(picture).permute(0, 3, 1, 2).float() - 128) / 128
    bottom, features = backbone_outputs(backbone, picture, 4)
    ours = torch.nn.functional.cosine_similarity(
        torch.from_numpy(features).float(), pool(backbone(x))
    )
    assert ours.item() > 0.999
    expected = backbone.bottom(x, upto=4)
    error = (torch.from_numpy(bottom).float() - expected).norm() / expected.norm()
    assert error.item() < 0.02  # bf16


def equal(a: CachedViews, b: CachedViews) -> bool:
    pairs = [*zip(a.bottoms, b.bottoms, strict=True), *zip(a.features, b.features, strict=True)]
    return all(np.array_equal(*pair) for pair in pairs)


def test_cached_files_are_used_again(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cached(backbone, photos, tmp_path)
    monkeypatch.setattr(views_module, "_compute_view", None)
    assert equal(cached(backbone, photos, tmp_path), before)


def test_photos_in_another_order_get_their_own_features(
    backbone: InvertedResiduals,
    photos: list[Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = cached(backbone, photos, tmp_path).features[0].copy()
    swapped = cached(backbone, photos[::-1], tmp_path).features[0]
    assert np.array_equal(swapped, first[::-1])
    assert "6 cached views of other photos or settings were removed" in caplog.text


def test_a_photo_replaced_under_its_name_gets_its_own_features(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path
) -> None:
    cached(backbone, photos, tmp_path)
    photos[1].write_bytes(photos[0].read_bytes())
    after = cached(backbone, photos, tmp_path)
    assert np.array_equal(after.features[0][1], after.features[0][0])


def test_a_photo_more_is_seen(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path
) -> None:
    cached(backbone, photos[:2], tmp_path)
    assert len(cached(backbone, photos, tmp_path).features[0]) == 3


def test_another_backbone_has_a_cache_of_its_own(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path
) -> None:
    before = cached(backbone, photos, tmp_path).features[0].copy()
    other = copy.deepcopy(backbone)
    with torch.no_grad():
        next(other.parameters()).mul_(2)
    assert not np.array_equal(cached(other, photos, tmp_path).features[0], before)


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "short"])
@pytest.mark.parametrize("kind", "bf")
def test_a_damaged_file_is_made_again(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path, damage: str, kind: str
) -> None:
    before = [values.copy() for values in cached(backbone, photos, tmp_path).features]
    [path] = (tmp_path / "work").glob(f"*-1-{kind}.npy")
    data = path.read_bytes()
    if damage == "short":
        np.save(path, np.load(path)[:2])
    else:
        path.write_bytes({"cut": data[:-7], "empty": b"", "other": b"not an array"}[damage])
    after = cached(backbone, photos, tmp_path)
    assert all(map(np.array_equal, after.features, before))


def test_a_view_that_was_interrupted_is_computed_again(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path
) -> None:
    expected = cached(backbone, photos, tmp_path).features[1].copy()
    [finished] = (tmp_path / "work").glob("*-1-f.npy")
    finished.unlink()
    assert np.array_equal(cached(backbone, photos, tmp_path).features[1], expected)


def test_a_cache_leaves_no_half_written_file(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path
) -> None:
    cached(backbone, photos, tmp_path)
    assert {path.suffix for path in (tmp_path / "work").iterdir()} == {".npy"}


@pytest.mark.parametrize("runs", [1, 2])
def test_progress_counts_every_view_of_every_photo(
    backbone: InvertedResiduals, photos: list[Path], tmp_path: Path, runs: int
) -> None:
    for _ in range(runs):
        told: list[int] = []
        cache_views(backbone, photos, tmp_path, CONFIG, tick=told.append)
    assert sum(told) == 3 * CONFIG.views
