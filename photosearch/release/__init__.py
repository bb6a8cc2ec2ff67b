"""Makes releases: one archive of a bundle with the evidence that it passed every gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.release.gates import Steps as Steps
    from photosearch.release.gates import pass_gates as pass_gates
    from photosearch.release.gates import require_sound as require_sound
    from photosearch.release.notes import Gates as Gates
    from photosearch.release.notes import release_notes as release_notes
    from photosearch.release.options import ReleaseOptions as ReleaseOptions
    from photosearch.release.options import release_date as release_date
    from photosearch.release.pack import pack_folder as pack_folder
    from photosearch.release.pack import read_archive as read_archive
    from photosearch.release.release import Released as Released
    from photosearch.release.release import make_release as make_release
    from photosearch.release.sbom import sbom_text as sbom_text

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Gates": "photosearch.release.notes",
        "ReleaseOptions": "photosearch.release.options",
        "Released": "photosearch.release.release",
        "Steps": "photosearch.release.gates",
        "make_release": "photosearch.release.release",
        "pack_folder": "photosearch.release.pack",
        "pass_gates": "photosearch.release.gates",
        "read_archive": "photosearch.release.pack",
        "release_date": "photosearch.release.options",
        "release_notes": "photosearch.release.notes",
        "require_sound": "photosearch.release.gates",
        "sbom_text": "photosearch.release.sbom",
    },
)
