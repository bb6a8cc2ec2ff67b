"""Every file of a bundle that is not as it was made is found and named."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from photosearch.bundle.check import BundleReport, check_bundle
from photosearch.bundle.inventory import Fault
from photosearch.errors import BundleError
from tests.bundle.made import list_again
from tests.bundle.packages import MODEL_FILE, WEIGHT_FILE

IMAGE, TEXT = "image.mlpackage", "text.mlpackage"


def kinds(report: BundleReport) -> set[tuple[str, str]]:
    return {(fault.kind, fault.where) for fault in report.faults}


def only(report: BundleReport) -> Fault:
    (fault,) = report.faults
    return fault


def test_a_sound_bundle_is_sound_in_every_part(built: Path) -> None:
    report = check_bundle(built)
    assert report.faults == ()
    assert report.checked == ("files", "card", "packages", "weights", "tokenizer", "verification")
    assert report.not_checked == (
        "SHA256SUMS: there is none beside the bundle",
        "signature: there is none",
    )
    assert (report.name, report.version, report.files) == ("random", "0", 8)


FILES = [
    f"{IMAGE}/{WEIGHT_FILE}",
    f"{IMAGE}/{MODEL_FILE}",
    f"{IMAGE}/Manifest.json",
    "weights.safetensors",
    "tokenizer/vocab.txt",
    "MODEL_CARD.md",
    "verification.json",
]


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_found_and_named(bundle: Path, name: str) -> None:
    data = bytearray((bundle / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / name).write_bytes(data)
    report = check_bundle(bundle)
    assert ("changed", name) in kinds(report)
    assert {fault.where for fault in report.faults if fault.kind == "changed"} == {name}


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found_and_named(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    report = check_bundle(bundle)
    assert ("missing", name) in kinds(report)
    assert {fault.where for fault in report.faults if fault.kind == "missing"} == {name}


@pytest.mark.parametrize("name", ["stray", "tokenizer/.DS_Store", f"{IMAGE}/Data/more.bin"])
def test_an_extra_file_is_found_and_named(bundle: Path, name: str) -> None:
    (bundle / name).write_bytes(b"stray")
    assert only(check_bundle(bundle)) == Fault("extra", name, "not in the manifest")


def exchange(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def test_two_exchanged_files_are_said_to_be_exchanged(whole_bundle: Path) -> None:
    one, other = f"{IMAGE}/{WEIGHT_FILE}", f"{TEXT}/{WEIGHT_FILE}"
    exchange(whole_bundle / one, whole_bundle / other)
    assert check_bundle(whole_bundle).faults == (
        Fault("swapped", one, f"exchanged with {other}: each holds the other's contents"),
        Fault("swapped", other, f"exchanged with {one}: each holds the other's contents"),
    )


def test_two_exchanged_packages_are_said_to_be_exchanged(whole_bundle: Path) -> None:
    exchange(whole_bundle / IMAGE, whole_bundle / TEXT)
    swapped = {where for kind, where in kinds(check_bundle(whole_bundle)) if kind == "swapped"}
    assert {f"{IMAGE}/{MODEL_FILE}", f"{TEXT}/{MODEL_FILE}"} <= swapped


def test_a_file_over_another_is_said_to_hold_its_contents(whole_bundle: Path) -> None:
    one, other = f"{IMAGE}/{WEIGHT_FILE}", f"{TEXT}/{WEIGHT_FILE}"
    shutil.copyfile(whole_bundle / other, whole_bundle / one)
    assert only(check_bundle(whole_bundle)) == Fault(
        "changed", one, f"holds the contents of {other}"
    )


def test_a_renamed_file_is_followed(bundle: Path) -> None:
    (bundle / "MODEL_CARD.md").rename(bundle / "CARD.md")
    assert check_bundle(bundle).faults == (
        Fault("extra", "CARD.md", "not in the manifest, a copy of MODEL_CARD.md"),
        Fault("missing", "MODEL_CARD.md", "its contents are in CARD.md"),
    )


@pytest.mark.parametrize("what", ["file", "folder", "nowhere"])
def test_a_link_is_no_file_of_a_bundle(bundle: Path, tmp_path: Path, what: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (bundle / "link").symlink_to(tmp_path / what)
    fault = only(check_bundle(bundle))
    assert (fault.kind, fault.where) == ("extra", "link")


def test_a_listed_file_behind_a_link_is_refused(bundle: Path, tmp_path: Path) -> None:
    shutil.move(bundle / "MODEL_CARD.md", tmp_path / "card")
    (bundle / "MODEL_CARD.md").symlink_to(tmp_path / "card")
    assert only(check_bundle(bundle)).detail == "got a link or device, expected a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(bundle: Path) -> None:
    (bundle / "MODEL_CARD.md").chmod(0)
    assert only(check_bundle(bundle)).kind == "unreadable"


def test_a_device_is_not_read_for_ever(bundle: Path) -> None:
    os.mkfifo(bundle / "pipe")
    assert only(check_bundle(bundle)).where == "pipe"


def test_no_bundle_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model bundle"):
        check_bundle(tmp_path)


def test_two_bundles_are_one_too_many(bundle: Path) -> None:
    shutil.copytree(bundle, bundle.with_name("b.photomodel"))
    with pytest.raises(BundleError, match="holds 2 bundles, expected one"):
        check_bundle(bundle.parent)


def test_a_bundle_of_an_older_version_is_sound(built_whole: Path) -> None:
    report = check_bundle(built_whole)
    assert report.ok, report.faults
    assert {"packages", "weights", "verification"} <= set(report.checked)


def test_the_folder_around_a_bundle_will_do(bundle: Path) -> None:
    assert check_bundle(bundle.parent).bundle == bundle.name


TIMES = 12  # for each part


def tampered(data: bytes, draw: random.Random) -> bytes:
    """Cut short, flipped near the start, replaced, or made longer in the middle."""
    kind = draw.randrange(4)
    if kind == 0:
        return data[: draw.randrange(len(data) + 1)]
    if kind == 1:
        flipped = bytearray(data)
        for _ in range(draw.randrange(1, 20)):
            flipped[draw.randrange(min(len(data), 2000))] = draw.randrange(256)
        return bytes(flipped)
    if kind == 2:
        return draw.randbytes(draw.randrange(300))
    return data[:100] + draw.randbytes(5) + data[100:]


@pytest.mark.parametrize(
    "part", ["image.mlpackage", "tokenizer", "weights.safetensors", "verification.json"]
)
def test_a_tampered_file_that_is_listed_as_it_is_never_crashes_the_check(
    bundle: Path, built: Path, part: str
) -> None:
    draw = random.Random(part)
    files = [path for path in built.rglob("*") if path.is_file() and part in path.parts]
    for _ in range(TIMES):
        file = draw.choice(files)
        target = bundle / file.relative_to(built)
        target.write_bytes(tampered(file.read_bytes(), draw))
        list_again(bundle, verified=False)
        report = check_bundle(bundle)
        assert "files" in report.checked
        shutil.copyfile(file, target)


def test_a_package_that_leaves_the_bundle_is_named(bundle: Path) -> None:
    manifest = bundle / "image.mlpackage" / "Manifest.json"
    text = manifest.read_text().replace("com.apple.CoreML/model.mlmodel", "../../../../etc/passwd")
    manifest.write_text(text)
    list_again(bundle)
    faults = [fault for fault in check_bundle(bundle).faults if fault.where == "image.mlpackage"]
    assert [fault.kind for fault in faults] == ["unreadable"]
    assert "leaves the package" in faults[0].detail
