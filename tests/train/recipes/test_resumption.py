"""Runs that are stopped, killed, out of memory or of disk, and what goes on afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from photosearch.errors import StorageError, TrainingDiverged, UsageError
from photosearch.progress import Progress
from photosearch.train.batches import Batch
from photosearch.train.corpus import CLASSES_FILE
from photosearch.train.loop import Trainer
from photosearch.train.objectives import Objective
from photosearch.train.quantization import RoundToInt8
from photosearch.train.recipes import builtin
from photosearch.train.recipes.builtin import (
    Run,
    Taught,
    advance,
    build_trainer,
    prepare_run,
    train,
)
from photosearch.train.tower_files import TOWERS
from tests.train.recipes.runs import ROOT, Stopped, losses_in, same, stopping, trained
from tests.train.tiny import (
    BACKBONE,
    CONFIG,
    MACHINE,
)

TRAIN = """
import sys
from pathlib import Path
from photosearch.train.recipes.builtin import train
from tests.train.tiny import CONFIG, MACHINE, tiny_world

with tiny_world():
    train(
        Path(sys.argv[1]), Path(sys.argv[2]), CONFIG, MACHINE,
        progress=lambda now: print(now.note, now.done, flush=True),
    )
"""


@pytest.mark.parametrize("after", range(1, CONFIG.steps + 1))
def test_a_run_stopped_at_any_step_ends_with_the_same_weights(
    data: Path, work: Path, tmp_path: Path, after: int
) -> None:
    with pytest.raises(Stopped):
        train(data, tmp_path, CONFIG, MACHINE, progress=stopping(after))
    train(data, tmp_path, CONFIG, MACHINE)
    assert same(trained(tmp_path), trained(work))
    assert (tmp_path / TOWERS).read_bytes() == (work / TOWERS).read_bytes()


def test_a_run_stopped_again_and_again_ends_with_the_same_weights(
    data: Path, work: Path, tmp_path: Path
) -> None:
    for after in range(2, CONFIG.steps + 1):
        with pytest.raises(Stopped):
            train(data, tmp_path, CONFIG, MACHINE, progress=stopping(after))
    train(data, tmp_path, CONFIG, MACHINE)
    assert same(trained(tmp_path), trained(work))


def test_in_half_precision_an_interrupted_run_ends_with_the_same_weights(
    data: Path, tmp_path: Path
) -> None:
    machine, left = replace(MACHINE, dtype="bfloat16"), []
    for name, after in (("whole", CONFIG.steps + 1), ("stopped", 3)):
        folder = tmp_path / name
        folder.mkdir()
        try:
            train(data, folder, CONFIG, machine, progress=stopping(after))
        except Stopped:
            train(data, folder, CONFIG, machine)
        left.append(trained(folder))
    assert same(*left)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_run_ends_with_the_same_weights(data: Path, work: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", TRAIN, str(data), str(tmp_path)]
    threads = str(torch.get_num_threads())  # sums of others differ in the last digits
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": threads}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line == f"training {BACKBONE.name} 4\n":
                break
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    train(data, tmp_path, CONFIG, MACHINE)
    assert same(trained(tmp_path), trained(work))


def test_an_interrupted_run_notes_the_losses_of_each_step_once(
    data: Path, work: Path, tmp_path: Path
) -> None:
    seldom = replace(MACHINE, save_every=1e9)
    with pytest.raises(Stopped):
        train(data, tmp_path, CONFIG, seldom, progress=stopping(4))
    train(data, tmp_path, CONFIG, MACHINE)
    assert losses_in(tmp_path) == losses_in(work)


def test_a_finished_run_is_not_run_again(data: Path, work: Path, tmp_path: Path) -> None:
    shutil.copytree(work, tmp_path / "work")
    told: list[Progress] = []
    train(data, tmp_path / "work", CONFIG, MACHINE, progress=told.append)
    assert [now.done for now in told if now.note.startswith("training")] == [CONFIG.steps]
    assert (tmp_path / "work" / TOWERS).read_bytes() == (work / TOWERS).read_bytes()


def changed(data: Path, folder: Path, file: str) -> Path:
    """The same data, in which one file is longer by a byte that means nothing."""
    shutil.copytree(data, folder)
    with (folder / file).open("ab") as stream:
        stream.write(b"\n")
    return folder


@pytest.mark.parametrize(
    "file",
    [
        "flickr8k/captions.jsonl",
        "labelled/labels.jsonl",
        str(CLASSES_FILE),
        "labelled/images/l0.png",
    ],
)
def test_a_checkpoint_of_other_data_is_refused(
    data: Path, work: Path, tmp_path: Path, file: str
) -> None:
    shutil.copytree(work, tmp_path / "work")
    with pytest.raises(UsageError, match="checkpoint of another recipe, version or data"):
        train(changed(data, tmp_path / "data", file), tmp_path / "work", CONFIG, MACHINE)


def test_a_checkpoint_of_other_teachers_is_refused(data: Path, work: Path, tmp_path: Path) -> None:
    shutil.copytree(work, tmp_path / "work")
    taught = Taught(teachers=(work / TOWERS,))
    with pytest.raises(UsageError, match="checkpoint of another recipe, version or data"):
        train(data, tmp_path / "work", CONFIG, MACHINE, taught)


def test_the_folder_of_another_recipe_is_refused(data: Path, work: Path, tmp_path: Path) -> None:
    shutil.copytree(work, tmp_path / "work")
    with pytest.raises(UsageError, match="of another recipe"):
        train(data, tmp_path / "work", replace(CONFIG, steps=7), MACHINE)


def test_a_damaged_checkpoint_is_named(data: Path, work: Path, tmp_path: Path) -> None:
    shutil.copytree(work, tmp_path / "work")
    (tmp_path / "work" / "checkpoint.pt").write_bytes(b"PK\x03\x04")
    with pytest.raises(UsageError, match=r"checkpoint\.pt is no checkpoint that can be read"):
        train(data, tmp_path / "work", CONFIG, MACHINE)


def test_a_run_taught_and_stopped_ends_with_the_same_weights(
    data: Path, work: Path, tmp_path: Path
) -> None:
    taught, left = Taught(work / TOWERS, (work / TOWERS,)), []
    for name, after in (("whole", CONFIG.steps + 1), ("stopped", 4)):
        folder = tmp_path / name
        folder.mkdir()
        try:
            train(data, folder, CONFIG, MACHINE, taught, progress=stopping(after))
        except Stopped:
            train(data, folder, CONFIG, MACHINE, taught)
        left.append(trained(folder))
    assert same(*left)


@pytest.mark.parametrize("stopped", [2, 5])
def test_weights_are_rounded_in_the_second_half_also_after_an_interruption(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: int
) -> None:
    with pytest.raises(Stopped):
        train(data, tmp_path, CONFIG, MACHINE, progress=stopping(stopped))
    seen: list[tuple[int, bool]] = []

    def spied(trainer: Trainer[Batch], batch: Batch, objective: Objective) -> dict[str, float]:
        parts = [m for m in objective.student.modules() if isinstance(m, RoundToInt8)]
        assert parts
        seen.append((trainer.step, all(part.active for part in parts)))
        return advance(trainer, batch, objective)

    monkeypatch.setattr(builtin, "advance", spied)
    train(data, tmp_path, CONFIG, MACHINE)
    assert seen == [(step, step >= 3) for step in range(stopped - 1, CONFIG.steps)]


def full_of_memory(run: Run, monkeypatch: pytest.MonkeyPatch, when: str) -> list[str]:
    """The first step runs out of memory, in its forward or in its backward pass."""
    raised: list[str] = []

    def once() -> None:
        if not raised:
            raised.append(when)
            raise torch.OutOfMemoryError("simulated")

    if when == "forward":
        pooled = run.student._pooled

        def forward(pixels: Tensor) -> Tensor:
            once()
            return pooled(pixels)

        monkeypatch.setattr(run.student, "_pooled", forward)
    else:
        run.student.log_scale.register_hook(lambda _grad: once())  # type: ignore[no-untyped-call]
    return raised


@pytest.mark.parametrize("when", ["forward", "backward"])
def test_memory_that_is_too_small_costs_time_and_changes_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    ends = []
    for short in (False, True):
        run = prepare_run(data, tmp_path, CONFIG, MACHINE)
        trainer = build_trainer(run)
        raised = full_of_memory(run, monkeypatch, when) if short else []
        for step in range(2):
            advance(trainer, run.batches.draw(step), run.objective)
        assert len(raised) == short
        assert run.student.recompute is short
        ends.append({n: v for n, v in trainer.module.state_dict().items() if isinstance(v, Tensor)})
    assert same(*ends)


def test_memory_that_is_too_small_twice_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = build_trainer(run)

    def full(_batch: Batch) -> dict[str, float]:
        raise torch.OutOfMemoryError("simulated")

    monkeypatch.setattr(trainer, "advance", full)
    with pytest.raises(torch.OutOfMemoryError):
        advance(trainer, run.batches.draw(0), run.objective)


def test_a_loss_that_is_no_number_names_its_step_and_leaves_the_checkpoint_before(
    data: Path, tmp_path: Path
) -> None:
    steep = replace(CONFIG, rates=replace(CONFIG.rates, heads=float("nan")))
    with pytest.raises(TrainingDiverged, match="step 2 of 6: the loss is nan"):
        train(data, tmp_path, steep, MACHINE)
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 1


def test_a_full_disk_is_a_storage_error_and_leaves_the_checkpoint_before(
    data: Path, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Stopped):
        train(data, tmp_path, CONFIG, MACHINE, progress=stopping(3))
    before, sync, room = (tmp_path / "checkpoint.pt").read_bytes(), os.fsync, [1]

    def full(descriptor: int) -> None:
        if not room:
            raise OSError(28, "No space left on device")
        room.pop()  # for the losses
        sync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StorageError, match=r"checkpoint\.pt: No space left"):
            train(data, tmp_path, CONFIG, MACHINE)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert not list(tmp_path.glob("*.tmp"))
    train(data, tmp_path, CONFIG, MACHINE)
    assert same(trained(tmp_path), trained(work))
