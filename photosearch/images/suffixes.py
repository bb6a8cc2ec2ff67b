"""Tells by name which files are photos, which are films and the like, and which folders to skip.

Suffixes are compared in lower case. RAW: the files that LibRaw and ExifTool name
(https://www.libraw.org/supported-cameras, https://exiftool.org/#supported). Films and pictures of
other kinds: the ones of ExifTool's list that cameras, phones and editors write, without those that
are common names of other things, such as `.ts` and `.mod`.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable

_PHOTOS = """
    .apng .avci .avif .avifs .bmp .dib .gif .heic .heics .heif .heifs .hif
    .insp .jfi .jfif .jif .jpe .jpeg .jpg .jps .mpo .pjp .pjpeg .png .tif .tiff .webp
"""
_RAW = """
    .3fr .ari .arw .cr2 .cr3 .crw .dcr .dcs .dng .drf .eip .erf .fff .gpr .iiq .k25 .kdc
    .mdc .mef .mos .mrw .nef .nrw .orf .ori .pef .ptx .raf .rw2 .rwl .rwz .sr2 .srf .srw .x3f
"""
_FILMS = """
    .360 .3g2 .3gp .3gpp .asf .avi .braw .divx .dv .f4v .flv .insv .lrv .m2t .m2ts .m2v .m4v
    .mkv .mov .mp4 .mpe .mpeg .mpg .mts .mxf .ogv .qt .r3d .rm .rmvb .tod .vob .webm .wmv
"""
_PICTURES = """
    .bpg .dds .exr .fit .fits .flif .hdp .hdr .ico .j2c .j2k .jp2 .jpc .jpf .jpm .jpx .jxl .jxr
    .kra .pbm .pcx .pgm .pnm .ppm .psb .psd .qoi .svg .tga .thm .wdp .xcf
"""
SUFFIXES = frozenset((_PHOTOS + _RAW).split())  # of the files that are taken from folders
FILM_SUFFIXES = frozenset(_FILMS.split())
LEFT_OUT_SUFFIXES = FILM_SUFFIXES | frozenset(_PICTURES.split())  # of those counted, not taken
# The film of a Live Photo lies beside its photo under the same name, as Apple exports it.
_LIVE_FILM = ".mov"
_LIVE_PHOTOS = frozenset((".heic", ".heif", ".hif", ".jpeg", ".jpg"))
_LIVE_ENDING = "_hevc"  # what icloudpd adds to the film's name
LIVE_PHOTO = "Live Photo"
# Says nothing of the content, so its first bytes are looked at: a common name of data without a
# name, or no suffix at all, as PhotoRec, phone backups and caches leave files.
_AMBIGUOUS = frozenset(("", ".bin", ".dat", ".file", ".image", ".raw"))
_BACKUPS = ("_original", "~")  # of ExifTool and editors: an earlier state of the file beside them
_MOST_CHARACTERS = 12  # of a suffix; what is longer belongs to the name
# Folders of other programs that hold no photos of the user's own, lower case
_SKIPPED_NAMES = frozenset(
    ("$recycle.bin", "@eadir", "__macosx", "lost+found", "system volume information")
)
_PACKAGES = """
    .app .bundle .fcpbundle .framework .imovielibrary .lrdata .lrlibrary .musiclibrary
    .photoindex .photomodel .tvlibrary
"""
_SKIPPED_SUFFIXES = frozenset(_PACKAGES.split())
# macOS photo libraries: of their many folders only these hold the photos themselves
_LIBRARY_SUFFIXES = frozenset(
    (".aplibrary", ".migratedphotolibrary", ".photolibrary", ".photoslibrary")
)
_LIBRARY_FOLDERS = frozenset(("masters", "originals"))


def suffix(name: str) -> str:
    """The suffix in lower case with its dot; "" for none, as in "at 10.15.30"."""
    found = os.path.splitext(name)[1].lower()  # noqa: PTH122
    letters = found[1:]
    is_one = letters.isalnum() and not letters.isdigit() and len(letters) <= _MOST_CHARACTERS
    return found if is_one or found in _AMBIGUOUS else ""


def is_photo(path: str) -> bool:
    """Whether a file's suffix is that of a photo; a hidden one is none."""
    return not os.path.basename(path).startswith(".") and _suffix(path) in SUFFIXES  # noqa: PTH119


def is_ambiguous(name: str) -> bool:
    """Whether only a file's content can tell what it is."""
    return suffix(name) in _AMBIGUOUS and not name.lower().endswith(_BACKUPS)


def is_of_interest(path: str) -> bool:
    """Whether a file of that name is a photo, is counted, or has to be looked into."""
    name = os.path.basename(path)  # noqa: PTH119
    if name.startswith("."):
        return False
    return is_photo(name) or is_ambiguous(name) or left_out_kind(name) is not None


def is_wanted_folder(path: str) -> bool:
    """Whether a folder may hold photos of the user's own, by its name."""
    name = os.path.basename(path)  # noqa: PTH119
    return name.lower() not in _SKIPPED_NAMES and _suffix(name) not in _SKIPPED_SUFFIXES


def is_library(path: str) -> bool:
    """Whether a folder is a photo library of macOS."""
    return _suffix(path) in _LIBRARY_SUFFIXES


def is_library_folder(name: str) -> bool:
    """Whether a folder of a library holds the photos themselves."""
    return name.lower() in _LIBRARY_FOLDERS


def live_names(names: Iterable[str]) -> frozenset[str]:
    """The names, without suffix, that the films of Live Photos in a folder would have."""
    photos = [_plain(name) for name in names if suffix(name) in _LIVE_PHOTOS]
    stems = {os.path.splitext(name)[0] for name in photos}  # noqa: PTH122
    return frozenset(stems.union(photos))


def left_out_kind(name: str, live: frozenset[str] = frozenset()) -> str | None:
    """ ".MOV" or "Live Photo .MOV" for a file that is counted and not taken, else None."""
    found = suffix(name)
    if found not in LEFT_OUT_SUFFIXES:
        return None
    stem = _plain(name)[: -len(found)].removesuffix(_LIVE_ENDING)
    is_live = found == _LIVE_FILM and stem in live
    return f"{LIVE_PHOTO} {found.upper()}" if is_live else found.upper()


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122
