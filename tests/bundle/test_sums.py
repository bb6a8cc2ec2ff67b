"""SHA256SUMS beside a bundle, their signature, and hashes without any extra."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from photosearch.bundle import sums as module
from photosearch.bundle.check import check_bundle
from photosearch.bundle.inventory import take_inventory
from photosearch.bundle.sums import check_signature, read_private_key, read_public_key, sums_text
from photosearch.errors import BundleError, MissingExtra, UsageError
from tests.bundle.keys import write_keys, write_private
from tests.bundle.made import list_again
from tests.bundle.test_check import kinds


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return write_keys(tmp_path)


@pytest.fixture
def signed(bundle: Path, keys: tuple[Path, Path]) -> Path:
    """A bundle with its sums and their signature beside it."""
    private, _ = keys
    sums = bundle.parent / "SHA256SUMS"
    sums.write_text(sums_text(take_inventory(bundle.parent).entries))
    (bundle.parent / "SHA256SUMS.sig").write_bytes(
        read_private_key(private).sign(sums.read_bytes())
    )
    return bundle


def test_a_signed_bundle_is_sound_under_its_key(signed: Path, keys: tuple[Path, Path]) -> None:
    report = check_bundle(signed, public_key=keys[1])
    assert report.ok
    assert report.checked[-2:] == ("SHA256SUMS", "signature")
    assert report.not_checked == ()


def test_without_a_key_the_signature_is_said_not_to_be_checked(signed: Path) -> None:
    assert check_bundle(signed).not_checked == ("signature: no public key was given",)


def test_another_key_is_found(signed: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, other = write_keys(tmp_path / "other")
    (fault,) = check_bundle(signed, public_key=other).faults
    assert (fault.kind, fault.where) == ("signature", "SHA256SUMS.sig")
    assert str(fault) == "signature: SHA256SUMS.sig: not by this key, or not of this SHA256SUMS"


def test_a_bundle_and_its_sums_rewritten_together_are_found(
    signed: Path, keys: tuple[Path, Path]
) -> None:
    (signed / "MODEL_CARD.md").write_text("# Better\n")
    list_again(signed)
    entries = take_inventory(signed.parent).entries
    names = {name: entry for name, entry in entries.items() if name.startswith(signed.name)}
    (signed.parent / "SHA256SUMS").write_text(sums_text(names))
    (fault,) = check_bundle(signed, public_key=keys[1]).faults
    assert fault.kind == "signature"


@pytest.mark.parametrize("name", ["SHA256SUMS", "SHA256SUMS.sig"])
def test_a_missing_signature_or_list_is_found(
    signed: Path, keys: tuple[Path, Path], name: str
) -> None:
    (signed.parent / name).unlink()
    faults = check_bundle(signed, public_key=keys[1]).faults
    (fault,) = (fault for fault in faults if fault.kind == "signature")
    assert "No such file" in fault.detail
    assert str(fault).count("SHA256SUMS.sig") == 1


def test_a_list_that_is_missing_is_named_without_a_key_too(signed: Path) -> None:
    (signed.parent / "SHA256SUMS").unlink()
    assert ("missing", "SHA256SUMS") in kinds(check_bundle(signed))


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"\0" * 63])
def test_a_signature_of_any_bytes_is_refused(
    tmp_path: Path, keys: tuple[Path, Path], signature: bytes
) -> None:
    (tmp_path / "sums").write_bytes(b"x")
    (tmp_path / "sig").write_bytes(signature)
    with pytest.raises(BundleError, match="not by this key"):
        check_signature(tmp_path / "sums", tmp_path / "sig", read_public_key(keys[1]))


def test_openssl_reads_the_same_signature(signed: Path, keys: tuple[Path, Path]) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", str(keys[1])]
    command += ["-in", "SHA256SUMS", "-sigfile", "SHA256SUMS.sig"]
    done = subprocess.run(command, cwd=signed.parent, capture_output=True, text=True, check=False)
    assert "Verified Successfully" in done.stdout, done.stderr


def test_a_missing_key_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.pem: No such file"):
        read_private_key(tmp_path / "none.pem")


@pytest.mark.parametrize("content", [b"", b"\xff\0", b"-----BEGIN PRIVATE KEY-----\n"])
def test_what_is_no_key_is_a_usage_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.pem").write_bytes(content)
    for read in (read_private_key, read_public_key):
        with pytest.raises(UsageError, match="expected an Ed25519"):
            read(tmp_path / "key.pem")


def test_a_public_key_cannot_sign_and_a_private_one_is_not_to_be_given_away(
    keys: tuple[Path, Path],
) -> None:
    with pytest.raises(UsageError, match="expected an Ed25519 private key"):
        read_private_key(keys[1])
    with pytest.raises(UsageError, match="expected an Ed25519 public key"):
        read_public_key(keys[0])


@pytest.mark.parametrize("kind", ["rsa", "ed448"])
def test_a_key_of_another_kind_is_a_usage_error(tmp_path: Path, kind: str) -> None:
    other = rsa.generate_private_key(65537, 2048) if kind == "rsa" else Ed448PrivateKey.generate()
    private, public = write_keys(tmp_path, other)
    with pytest.raises(UsageError, match="expected an Ed25519 private key"):
        read_private_key(private)
    with pytest.raises(UsageError, match="expected an Ed25519 public key"):
        read_public_key(public)


def test_an_encrypted_key_is_a_usage_error_that_says_so(tmp_path: Path) -> None:
    key = write_private(tmp_path / "key.pem", Ed25519PrivateKey.generate(), b"secret")
    with pytest.raises(UsageError, match="got an encrypted key"):
        read_private_key(key)


def test_without_cryptography_the_remedy_is_named(
    keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'photosearch\[release\]'"):
        read_public_key(keys[1])


def write_sums(bundle: Path) -> Path:
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
    list_again(bundle, verified=False)
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
