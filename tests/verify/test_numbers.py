"""The numeric checks as a whole: what passes, and that nothing else does."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import nn

from photosearch.coreml.compress.apply import Weights
from photosearch.coreml.export import export_model
from photosearch.coreml.families.convertible import Convertible, ImageSide, open_model
from photosearch.coreml.record import LayoutName
from photosearch.errors import BundleError, UsageError
from photosearch.progress import Progress
from photosearch.verify import numbers as module
from photosearch.verify.measures import Limits
from photosearch.verify.numbers import Reference, check_numbers, torch_reference
from photosearch.verify.records import Numbers

pytest.importorskip("skimage")
pytest.importorskip("sklearn")

WEIGHTS = "Data/com.apple.CoreML/weights/weight.bin"


@pytest.fixture(scope="module")
def reference(tiny_source: Convertible) -> Reference:
    return torch_reference(tiny_source)


@pytest.fixture(scope="module")
def numbers(tiny_export: Path, reference: Reference) -> Numbers:
    return check_numbers(tiny_export, reference)


@pytest.fixture
def copied(tiny_export: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(tiny_export, tmp_path / "copy"))


def failed(numbers: Numbers) -> set[str]:
    return {check.name for check in numbers.checks if check.outcome == "failed"}


def test_a_faithful_export_passes(numbers: Numbers) -> None:
    assert failed(numbers) == set()
    assert numbers.overlap > 0.98
    assert all(each.agreement.error < 0.01 for each in numbers.towers.values())


def test_every_mistake_is_noticed(numbers: Numbers) -> None:
    mistakes = {c.mistake.split(":")[0] for t in numbers.towers.values() for c in t.controls}
    assert {"channels swapped", "wrong scale", "wrong bias", "tokenizer off by one"} <= mistakes
    zeroed = [c for t in numbers.towers.values() for c in t.controls if "zeroed" in c.mistake]
    assert [each.tower for each in zeroed] == ["image", "text"]
    assert all(c.noticed for t in numbers.towers.values() for c in t.controls)


def test_every_operation_has_a_range_and_none_overflows(numbers: Numbers) -> None:
    image, text = numbers.towers["image"], numbers.towers["text"]
    assert image.ranges[0].largest == 255
    assert any(each.type == "softmax" and each.largest <= 1 for each in text.ranges)
    assert image.first_not_finite is text.first_not_finite is None


def test_it_says_how_far_it_is(tiny_export: Path, reference: Reference) -> None:
    heard: list[Progress] = []
    check_numbers(tiny_export, reference, heard.append)
    assert {now.note.partition(":")[0] for now in heard} == {"image", "text"}
    assert all(now.total is not None and now.done <= now.total for now in heard)


def grow(package: Path) -> None:
    """The largest weight, half as large again: every header stays as it is."""
    path = package / WEIGHTS
    data = bytearray(path.read_bytes())
    headers = [struct.unpack_from("<IIQQ", data, place) for place in range(64, len(data) - 64, 64)]
    size, start = max((size, start) for mark, _, size, start in headers if mark == 0xDEADBEEF)
    halves = np.frombuffer(data, np.float16, size // 2, start)
    data[start : start + size] = (halves * np.float16(1.5)).tobytes()
    path.write_bytes(data)


def edit_record(folder: Path, edit: Callable[[Any], None]) -> None:
    path = folder / "export.json"
    record = json.loads(path.read_text())
    edit(record)
    path.write_text(json.dumps(record))


def test_weights_that_changed_on_disk_fail(copied: Path, reference: Reference) -> None:
    grow(copied / "text.mlpackage")
    assert "text: error over spread" in failed(check_numbers(copied, reference))


def test_another_way_to_resize_fails(copied: Path, reference: Reference) -> None:
    edit_record(copied, lambda record: record["image"]["spec"].update(resize="crop"))
    assert "image: error over spread" in failed(check_numbers(copied, reference))


def test_another_vocabulary_fails(copied: Path, reference: Reference) -> None:
    path = copied / "tokenizer" / "vocab.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:5] + lines[5:][::-1]) + "\n")
    assert "text: error over spread" in failed(check_numbers(copied, reference))


def test_swapped_texts_do_not_pass(tiny_export: Path, reference: Reference) -> None:
    other = replace(reference, texts=np.roll(reference.texts, 1, axis=0))
    found = failed(check_numbers(tiny_export, other))
    assert {"text: error over spread", "overlap of the ten best"} <= found


@pytest.mark.slow
def test_a_model_that_embeds_all_alike_does_not_pass(
    tiny_source: Convertible, tmp_path: Path
) -> None:
    """Whatever the other figures say, they say nothing then."""

    def dull(layout: object) -> nn.Module:
        tower = tiny_source.image.build(layout)  # type: ignore[arg-type]
        for name, values in tower.named_parameters():
            values.data.fill_(1.0 if name.endswith("second.bias") else 0.0)
        return tower

    source = replace(tiny_source, image=ImageSide(tiny_source.image.spec, dull))
    done = export_model(source, tmp_path / "out", weights="fp16")
    found = check_numbers(done.directory, torch_reference(source))
    assert "image: inputs told apart" in failed(found)


@pytest.mark.slow
def test_values_beyond_fp16_are_found_and_named(tiny_source: Convertible, tmp_path: Path) -> None:
    def loud(layout: object) -> nn.Module:
        tower = tiny_source.image.build(layout)  # type: ignore[arg-type]
        dict(tower.named_parameters())["features.first.weight"].data.mul_(3e4)
        return tower

    source = replace(tiny_source, image=ImageSide(tiny_source.image.spec, loud))
    done = export_model(source, tmp_path / "out", weights="fp16")
    found = check_numbers(done.directory, torch_reference(source))
    assert {"image: largest value", "image: finite in fp16"} <= failed(found)
    first = found.towers["image"].first_not_finite
    assert first is not None
    assert first.startswith("conv")
    largest = next(check for check in found.checks if check.name == "image: largest value")
    assert largest.value is not None
    assert largest.value > 65504


def test_a_gate_that_notices_nothing_fails_on_its_controls(
    tiny_export: Path, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    lax = Limits(error=1e9, direction=-1, overlap=0, loss=1)
    monkeypatch.setattr(module, "limits_of", lambda _: lax)
    found = failed(check_numbers(tiny_export, reference))
    assert "image: channels swapped" in found
    assert "text: tokenizer off by one" in found


def test_weights_without_limits_are_refused(copied: Path, reference: Reference) -> None:
    edit_record(copied, lambda record: record.update(weights="int2"))
    with pytest.raises(UsageError, match="'int2', expected one of fp16, int8"):
        check_numbers(copied, reference)


def test_a_damaged_record_is_an_error(copied: Path, reference: Reference) -> None:
    (copied / "export.json").write_text("{")
    with pytest.raises(BundleError, match="export.json is not JSON"):
        check_numbers(copied, reference)


@pytest.mark.slow
@pytest.mark.parametrize(("weights", "layout"), [("int8", "ane"), ("fp16", "plain")])
@pytest.mark.parametrize("name", ["bundle", "clip", "siglip", "mobileclip_s", "mobileclip_b"])
def test_an_export_of_any_model_passes_its_own_verification(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    name: str,
    weights: Weights,
    layout: LayoutName,
) -> None:
    source = open_model(request.getfixturevalue(name))
    done = export_model(source, tmp_path / "out", weights=weights, layout=layout)
    found = check_numbers(done.directory, torch_reference(source))
    assert [str(check) for check in found.checks if check.outcome == "failed"] == []
