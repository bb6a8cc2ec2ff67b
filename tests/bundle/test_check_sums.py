"""SHA256SUMS, which lies beside a bundle that was released, and hashes without any extra."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photosearch.bundle.check import check_bundle
from photosearch.bundle.sums import sums_text
from photosearch.errors import BundleError
from tests.bundle.made import list_again
from tests.bundle.test_check import kinds


def write_sums(bundle: Path) -> Path:
    from photosearch.bundle.inventory import take_inventory

    sums = bundle.parent / "SHA256SUMS"
    sums.write_text(sums_text(take_inventory(bundle.parent).entries))
    return sums


def test_the_sums_beside_a_bundle_are_checked(bundle: Path) -> None:
    write_sums(bundle)
    report = check_bundle(bundle)
    assert report.ok
    assert "SHA256SUMS" in report.checked


def test_a_manifest_rewritten_for_a_changed_file_disagrees_with_the_sums(bundle: Path) -> None:
    write_sums(bundle)
    (bundle / "MODEL_CARD.md").write_text("# Better\n")
    list_again(bundle)
    assert kinds(check_bundle(bundle)) == {
        ("changed", f"{bundle.name}/MODEL_CARD.md"),
        ("changed", f"{bundle.name}/manifest.json"),
    }


def test_a_file_that_the_sums_do_not_list_is_named(bundle: Path) -> None:
    write_sums(bundle)
    (bundle / "stray").touch()
    assert ("extra", f"{bundle.name}/stray") in kinds(check_bundle(bundle))


@pytest.mark.parametrize("named", ["bundle", "folder"])
def test_a_file_beside_the_sums_that_they_do_not_list_is_named(bundle: Path, named: str) -> None:
    write_sums(bundle)
    (bundle.parent / "sub").mkdir()
    (bundle.parent / "sub" / "payload.sh").touch()
    (bundle.parent / "link").symlink_to(bundle, target_is_directory=True)
    report = check_bundle(bundle if named == "bundle" else bundle.parent)
    assert kinds(report) == {("extra", "sub/payload.sh"), ("extra", "link")}


@pytest.mark.parametrize("paper", ["SHA256SUMS.sig", "sbom.cdx.json", "RELEASE_NOTES.md"])
def test_a_release_whose_sums_were_deleted_is_named(bundle: Path, paper: str) -> None:
    (bundle.parent / paper).touch()
    (fault,) = check_bundle(bundle).faults
    assert (fault.kind, fault.where) == ("missing", "SHA256SUMS")
    assert paper in fault.detail


def test_a_folder_given_for_its_bundle_needs_sums_even_when_nothing_else_is_left(
    bundle: Path,
) -> None:
    assert kinds(check_bundle(bundle.parent)) == {("missing", "SHA256SUMS")}


def test_a_file_that_the_sums_list_must_be_there(bundle: Path) -> None:
    with write_sums(bundle).open("a") as stream:
        stream.write(f"{'0' * 64}  gone\n")
    assert kinds(check_bundle(bundle)) == {("missing", "gone")}


@pytest.mark.parametrize("between", [" *", "  ./"])
def test_sums_are_read_in_every_form_that_sha256sum_writes(bundle: Path, between: str) -> None:
    sums = write_sums(bundle)
    sums.write_text(sums.read_text().replace("  ", between))
    assert check_bundle(bundle).ok


@pytest.mark.parametrize("line", ["x", f"{'0' * 64} one-space", f"{'0' * 64}  ../up", "\xff"])
def test_sums_that_are_none_are_an_error_that_names_the_line(bundle: Path, line: str) -> None:
    write_sums(bundle).write_bytes(line.encode("latin-1"))
    with pytest.raises(BundleError, match="SHA256SUMS"):
        check_bundle(bundle)


BARE = """
import sys
for name in ("numpy", "safetensors", "google.protobuf", "cryptography", "PIL"):
    sys.modules[name] = None
from pathlib import Path
from photosearch.bundle.check import check_bundle
report = check_bundle(Path(sys.argv[1]))
print(*[f"{fault.kind} {fault.where}" for fault in report.faults], sep="\\n")
print(*[reason.split(":")[0] for reason in report.not_checked])
"""


def test_hashes_are_checked_by_the_standard_library_alone(bundle: Path) -> None:
    (bundle / "MODEL_CARD.md").write_text("changed")
    command = [sys.executable, "-c", BARE, str(bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "changed MODEL_CARD.md",
        "packages weights tokenizer verification SHA256SUMS signature",
    ]
