"""The notes that go with a release."""

from __future__ import annotations

from pathlib import Path

from photosearch.bundle.inventory import take_inventory
from photosearch.bundle.model_metadata import Model
from photosearch.manifest import read_manifest
from photosearch.release.notes import Gates, release_notes
from tests.release.fakes import LOOKUP, SLOW, verification


def notes(built: Path, model: Model, *, retrieval: bool = True, signed: bool = True) -> str:
    gates = Gates(
        verification(built, model.source, retrieval=retrieval), (LOOKUP, SLOW, SLOW), ("4 bits",)
    )
    manifest, entries = read_manifest(built), take_inventory(built).entries
    return release_notes(manifest, entries, gates, bundle="random-0.photomodel", signed=signed)


def test_the_notes_hold_the_measured_table(built: Path, model: Model) -> None:
    text = notes(built, model)
    assert "| iOS17, ane, int8 | 2.0 MB (50% of fp16) | 0.0123 / 0.0123 | 0.985 |" in text
    assert "| R@10 | 70.0 [68.0, 72.0] | 69.8 [67.0, 71.0] | -0.2 [-0.4, 0.1] |" in text
    assert "500 captions and 100 photos" in text


def test_the_notes_say_how_far_the_evidence_goes(built: Path, model: Model) -> None:
    text = notes(built, model)
    assert "verified against MIL semantics, not on a device" in text
    assert "- on a Mac: not run (no Mac)" in text
    assert "**Warning**: 4 bits." in text


def test_the_notes_count_what_the_lint_found(built: Path, model: Model) -> None:
    assert "1 error (1 accepted), 2 warnings, 0 notes" in notes(built, model)


def test_the_notes_say_where_retrieval_was_left_out(built: Path, model: Model) -> None:
    assert "Retrieval was **not checked**" in notes(built, model, retrieval=False)


def test_the_notes_list_files_and_commands(built: Path, model: Model) -> None:
    text = notes(built, model)
    assert "| `random-0.photomodel/weights.safetensors` |" in text
    assert "photosearch model verify random-0.photomodel --public-key KEY.pem" in text
    assert "not signed" not in text


def test_the_notes_say_that_a_release_is_not_signed(built: Path, model: Model) -> None:
    text = notes(built, model, signed=False)
    assert "openssl" not in text
    assert "This release is not signed" in text
