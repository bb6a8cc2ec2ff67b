"""The records that pass between stages: small, frozen, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

Status = Literal["indexed", "pending", "failed"]
Kind = Literal["live", "panorama", "portrait", "screenshot", "burst", "video"]
State = Literal["black-and-white", "blurry", "dark"]  # by its pixels
Media = Literal[Kind, "selfie", State]
MediaFilter = Literal["photo", Media]  # a photo is what is of none of the kinds


@dataclass(frozen=True, slots=True)
class PhotoInfo:
    """What the camera wrote beside the pixels. None means: not recorded."""

    width: int  # pixels, after the EXIF orientation is applied
    height: int  # pixels, after the EXIF orientation is applied
    taken_at: datetime | None = None  # local wall-clock time, naive
    utc_offset_min: int | None = None  # minutes east of UTC
    latitude: float | None = None  # degrees, north positive, -90..90
    longitude: float | None = None  # degrees, east positive, -180..180
    camera: str | None = None  # "Make Model", make not repeated
    favourite: bool = False  # marked so, or rated with five stars
    media: frozenset[Media] = frozenset()  # what it is besides a photo


@dataclass(frozen=True, slots=True)
class PhotoTexts:
    """What a photo's file, or one beside it, says of it in words. None, (): nothing."""

    title: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()  # their names


@dataclass(frozen=True, slots=True)
class Photo:
    """One row of the catalog."""

    id: int
    path: Path
    size_bytes: int
    mtime_ns: int
    status: Status
    reason: str | None = None  # why it is pending or failed
    info: PhotoInfo | None = None
    content_hash: str | None = None  # SHA-256 of the file, hex


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result."""

    rank: int  # 1 is best
    id: int
    path: Path
    score: float  # inner product of unit vectors, -1..1, less what negative words take
    # Calibrated probability that the photo matches the words, 0..1; None where it was compared with
    # a photo: the score, a cosine, says how alike the two are, and no probability.
    confidence: float | None
    info: PhotoInfo | None = None
    matched: tuple[str, ...] = ()  # where words of the query stand: "name", "album", "title", …


@dataclass(frozen=True, slots=True)
class Term:
    """A weighted part of a query; a negative weight sets photos back."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """What a text asks for. Two queries of the same terms are equal, whatever there is to say."""

    terms: tuple[Term, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)  # how doubtful parts were read


@dataclass(frozen=True, slots=True)
class Near:
    """A circle on Earth."""

    latitude: float  # degrees
    longitude: float  # degrees
    radius_km: float


@dataclass(frozen=True, slots=True)
class Filter:
    """Restricts a search to photos that satisfy every field that is set."""

    since: datetime | None = None  # taken at or after; naive means the camera's local time
    until: datetime | None = None  # taken before
    months: frozenset[int] = frozenset()  # taken in any of these, 1 to 12
    days: tuple[tuple[str, str], ...] = ()  # between two of these "MM-DD", both included
    weekdays: frozenset[int] = frozenset()  # taken on any of these, 1 to 7 from Monday
    hours: tuple[tuple[int, int], ...] = ()  # between two of these, 0 to 24, across midnight too
    near: Near | None = None
    away: Near | None = None  # taken outside this circle
    under: tuple[Path, ...] = ()  # inside any of these folders
    camera: str | None = None  # case-insensitive substring
    favourites: bool = False  # only favourites
    media: frozenset[MediaFilter] = frozenset()  # any of these
    ids: frozenset[int] | None = None  # any other restriction, as catalog ids


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one `PhotoIndex.add` did. Counts are photos."""

    added: int = 0  # embedded for the first time
    updated: int = 0  # content changed: embedded again
    moved: int = 0  # found under another path: embedding kept
    copied: int = 0  # byte-identical to another photo: embedding shared
    unchanged: int = 0
    removed: int = 0  # vanished from disk
    skipped: tuple[Skipped, ...] = field(default=())
    left_out: dict[str, int] = field(default_factory=dict)  # kind, ".MOV" -> files not taken
    excluded_by: tuple[str, ...] = ()  # exclusions of the index that left something out
    seconds: float = 0.0
    interrupted: bool = False  # stopped by Ctrl-C; what was committed is kept


@dataclass(frozen=True, slots=True)
class TextReport:
    """What one `PhotoIndex.recognise_text` did. Counts are photos."""

    read: int = 0  # looked at for the first time, copies too
    without_text: int = 0  # of these, with none
    skipped: tuple[Skipped, ...] = field(default=())  # not readable now: tried again the next time
    seconds: float = 0.0
    interrupted: bool = False  # stopped by Ctrl-C; what was read is kept


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What one `PhotoIndex.upgrade` did. Counts are photos unless said otherwise."""

    former_model: str
    former_space: str
    model: str  # that the index has now: the former one still, if it was interrupted
    space: str
    dim: int
    embedded: int = 0  # contents embedded in this run; copies share one
    resumed: int = 0  # contents that earlier runs, stopped halfway, had embedded
    indexed: int = 0  # searchable now
    reread: int = 0  # of these, with other content than before
    pending: tuple[Skipped, ...] = ()  # could not be read: searchable once an `add` reads them
    skipped: tuple[Skipped, ...] = ()  # had other content than before, which cannot be read
    seconds: float = 0.0
    interrupted: bool = False  # stopped by Ctrl-C; what was embedded is kept for the next run


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index holds. Counts are photos unless said otherwise."""

    indexed: int
    pending: int
    failed: int
    reasons: dict[str, int]  # reason -> photos, of the pending and failed ones
    left_out: dict[str, int]  # kind, ".MOV" or "Live Photo .MOV" -> files not taken
    dim: int
    space: str
    model: str
    size_bytes: int  # of the whole directory
    generation: int
    unreadable: dict[str, int] = field(default_factory=dict)  # reason -> paths
    exclusions: tuple[str, ...] = ()  # patterns of what is left out
    recognised: int = 0  # photos in which text was looked for
