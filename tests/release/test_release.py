"""A release passes every gate or leaves nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from photosearch.bundle import sums
from photosearch.bundle.check import check_bundle
from photosearch.coreml.families.convertible import open_model
from photosearch.errors import (
    GateFailed,
    LintFailed,
    MissingExtra,
    PhotoSearchError,
    StorageError,
    UsageError,
    VerificationFailed,
)
from photosearch.models.load import load_encoder
from photosearch.release import sbom
from photosearch.release.gates import Steps
from photosearch.release.options import ReleaseOptions
from photosearch.release.pack import Format, read_archive
from photosearch.release.release import Released, make_release
from photosearch.verify.records import measured
from tests.bundle.keys import write_keys
from tests.bundle.packages import WEIGHT_FILE, rewrite
from tests.release.fakes import LOOKUP, WRONG, fake_steps, verification, write_eval_data

WITHOUT = ReleaseOptions(without_retrieval_check=True)


def unpack(archive: Path, to: Path) -> Path:
    """Unpacks and returns the one folder inside."""
    shutil.unpack_archive(archive, to)
    (folder,) = to.iterdir()
    return folder


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def released(source: Path, keys: tuple[Path, Path], tmp_path_factory: Any) -> Released:
    """A signed release with retrieval."""
    home = tmp_path_factory.mktemp("released")
    options = ReleaseOptions(eval_data=write_eval_data(home / "data"), key=keys[0])
    return make_release(str(source), home / "out", options, steps=fake_steps(source))


@pytest.fixture(scope="module")
def folder(released: Released, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(released.archive, tmp_path_factory.mktemp("unpacked"))


def test_an_archive_holds_the_bundle_and_the_papers(released: Released, folder: Path) -> None:
    assert released.archive.name == "random-0.zip"
    assert folder.name == "random-0"
    assert {path.name for path in folder.iterdir()} == {
        "random-0.photomodel",
        "verification.html",
        "sbom.cdx.json",
        "RELEASE_NOTES.md",
        "SHA256SUMS",
        "SHA256SUMS.sig",
    }
    assert [path.name for path in released.archive.parent.iterdir()] == ["random-0.zip"]


def test_what_is_unpacked_is_sound_in_every_part(folder: Path, keys: tuple[Path, Path]) -> None:
    report = check_bundle(folder, public_key=keys[1])
    assert report.ok, report.faults
    assert report.not_checked == ()


def test_python_loads_what_is_unpacked(folder: Path) -> None:
    assert load_encoder(folder / "random-0.photomodel").dim == 64


def test_sha256sum_agrees(folder: Path) -> None:
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=True
    )


def test_every_file_but_the_sums_is_in_the_sums(folder: Path) -> None:
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    lying = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert lying - listed == {"SHA256SUMS", "SHA256SUMS.sig"}
    assert listed <= lying


def test_the_result_says_what_was_made(released: Released) -> None:
    assert released.size_bytes == released.archive.stat().st_size
    assert released.signed
    assert released.manifest.name == "random"
    assert len(released.gates.findings) == 4


@pytest.mark.slow
@pytest.mark.parametrize("format", get_args(Format))
def test_the_same_inputs_give_the_same_archive(
    source: Path, keys: tuple[Path, Path], tmp_path: Path, format: Format
) -> None:
    options = replace(WITHOUT, key=keys[0], format=format)
    one, two = (
        make_release(str(source), tmp_path / place, options, steps=fake_steps(source))
        for place in ("one", "two")
    )
    assert one.sha256 == two.sha256
    assert one.archive.read_bytes() == two.archive.read_bytes()


def test_source_date_epoch_dates_the_archive_and_the_bill(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795264202")
    made = make_release(str(source), tmp_path, WITHOUT, steps=fake_steps(source))
    with zipfile.ZipFile(made.archive) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(2026, 11, 21)}
        bill = json.loads(archive.read("random-0/sbom.cdx.json"))
    assert bill["metadata"]["timestamp"] == "2026-11-21T12:30:02+00:00"


def test_progress_is_heard_of_every_stage(source: Path, tmp_path: Path) -> None:
    heard: list[str] = []
    make_release(
        str(source),
        tmp_path,
        WITHOUT,
        steps=fake_steps(source),
        progress=lambda now: heard.append(now.note),
    )
    stages = ["image: converting", "lint", "hashing files", "packing files"]
    assert list(dict.fromkeys(heard)) == stages


# Gates.


def fails(
    source: Path,
    out: Path,
    error: type[PhotoSearchError],
    match: str,
    options: ReleaseOptions = WITHOUT,
    **steps: Any,
) -> None:
    """A release that raises, and leaves nothing."""
    out.mkdir(exist_ok=True)
    before = sorted(out.iterdir())
    with pytest.raises(error, match=match):
        make_release(str(source), out, options, steps=fake_steps(source, **steps))
    assert sorted(out.iterdir()) == before


def test_a_verification_that_fails_stops_it(source: Path, tmp_path: Path) -> None:
    steps = fake_steps(source, checks=(measured("text: error", 0.4, 0.05),))
    match = r"text: error: got 0\.4, expected at most 0\.05"
    with pytest.raises(VerificationFailed, match=match):
        make_release(str(source), tmp_path, WITHOUT, steps=steps)
    (report,) = tmp_path.iterdir()
    assert report.name == "random-0.zip.failed-verification"
    assert "text: error" in (report / "verification.html").read_text(encoding="utf-8")


def test_a_lint_error_stops_it(source: Path, tmp_path: Path) -> None:
    fails(source, tmp_path, LintFailed, "embedding-lookup", findings=(WRONG,))


def test_a_known_lint_error_and_warnings_do_not_stop_it(source: Path, tmp_path: Path) -> None:
    made = make_release(
        str(source), tmp_path, WITHOUT, steps=fake_steps(source, findings=(LOOKUP,))
    )
    assert made.archive.is_file()


def test_a_package_changed_after_its_verification_stops_it(source: Path, tmp_path: Path) -> None:
    def damage(exported: Path) -> None:
        with (exported / "image.mlpackage" / WEIGHT_FILE).open("ab") as stream:
            stream.write(b"more")

    fails(source, tmp_path, GateFailed, "of another image.mlpackage", damage=damage)


def test_a_bundle_that_is_not_sound_stops_it(source: Path, tmp_path: Path) -> None:
    def damage(exported: Path) -> None:
        def older(message: Any) -> None:
            message.version = 7

        rewrite(exported / "image.mlpackage", older)
        # Verified again, so that only the version is wrong.
        again = verification(exported, open_model(source))
        (exported / "verification.json").write_text(again.to_json())

    fails(source, tmp_path, GateFailed, "specification version: got 7", damage=damage)


def test_retrieval_has_to_be_checked_or_left_out_in_so_many_words(
    source: Path, tmp_path: Path
) -> None:
    fails(source, tmp_path, UsageError, "say --without-retrieval-check", ReleaseOptions())
    both = ReleaseOptions(eval_data=tmp_path, without_retrieval_check=True)
    fails(source, tmp_path, UsageError, "got both", both)
    nowhere = ReleaseOptions(eval_data=tmp_path / "none")
    fails(source, tmp_path, UsageError, "expected a directory", nowhere)


def test_eval_data_that_was_not_used_stops_it(source: Path, tmp_path: Path) -> None:
    made = fake_steps(source)

    def verify(*arguments: Any) -> Any:
        return replace(made.verify(*arguments), retrieval=None)

    steps = replace(made, verify=verify)
    options = ReleaseOptions(eval_data=write_eval_data(tmp_path / "data"))
    with pytest.raises(VerificationFailed, match="no retrieval on"):
        make_release(str(source), tmp_path / "o", options, steps=steps)
    assert list((tmp_path / "o").iterdir()) == []


# Bad input: said before any work.


def test_eval_data_that_is_none_is_a_usage_error(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"captions\.jsonl"):
        make_release(str(source), tmp_path / "o", ReleaseOptions(eval_data=tmp_path), steps=busy())
    assert not (tmp_path / "o").exists()


def busy() -> Steps:
    """Fails the test if the work begins."""

    def export(*_arguments: Any) -> Any:
        pytest.fail("the work began")

    return Steps(export=export)


@pytest.mark.parametrize("taken", ["file", "folder", "broken link"])
def test_an_archive_that_exists_stays_as_it_is(source: Path, tmp_path: Path, taken: str) -> None:
    archive = tmp_path / "random-0.zip"
    make: dict[str, Callable[[], object]] = {
        "file": lambda: archive.write_text("mine"),
        "folder": archive.mkdir,
        "broken link": lambda: archive.symlink_to(tmp_path / "nowhere"),
    }
    make[taken]()
    with pytest.raises(UsageError, match="exists"):
        make_release(str(source), tmp_path, WITHOUT, steps=busy())
    assert list(tmp_path.iterdir()) == [archive]


def test_a_place_that_cannot_be_written_is_a_storage_error(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write"):
        make_release(str(source), tmp_path / "file" / "out", WITHOUT, steps=busy())


def test_a_key_that_is_none_is_a_usage_error(source: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key")
    with pytest.raises(UsageError, match="expected an Ed25519 private key"):
        make_release(
            str(source), tmp_path / "out", replace(WITHOUT, key=tmp_path / "key"), steps=busy()
        )
    assert not (tmp_path / "out").exists()


def test_missing_extras_are_named_before_any_work(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remedy = r"pip install 'photosearch\[release\]'"
    with monkeypatch.context() as patch:
        patch.setattr(sbom, "find_spec", lambda _name: None)
        with pytest.raises(MissingExtra, match=remedy):
            make_release(str(source), tmp_path / "out", WITHOUT, steps=busy())
    monkeypatch.setattr(sums, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match=remedy):
        make_release(str(source), tmp_path / "out", replace(WITHOUT, key=tmp_path), steps=busy())
    assert not (tmp_path / "out").exists()


def test_an_archive_that_appears_meanwhile_is_not_replaced(source: Path, tmp_path: Path) -> None:
    def damage(_exported: Path) -> None:
        (tmp_path / "random-0.zip").write_text("mine")

    with pytest.raises(UsageError, match="appeared during the release"):
        make_release(str(source), tmp_path, WITHOUT, steps=fake_steps(source, damage=damage))
    assert [path.name for path in tmp_path.iterdir()] == ["random-0.zip"]
    assert (tmp_path / "random-0.zip").read_text() == "mine"


def test_ctrl_c_leaves_nothing(source: Path, tmp_path: Path) -> None:
    def damage(_exported: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_release(str(source), tmp_path, WITHOUT, steps=fake_steps(source, damage=damage))
    assert list(tmp_path.iterdir()) == []


def test_a_tar_is_read_back_too(source: Path, tmp_path: Path) -> None:
    made = make_release(
        str(source), tmp_path, replace(WITHOUT, format="tar.zst"), steps=fake_steps(source)
    )
    names = [name for name, _ in read_archive(made.archive, "tar.zst")]
    assert "random-0/SHA256SUMS" in names
    assert "random-0/SHA256SUMS.sig" not in names
