"""What people see of results: names safe to print, matches, thumbnails, sheets, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.display.comparison_page import check_page_path as check_page_path
    from photosearch.display.comparison_page import write_comparison as write_comparison
    from photosearch.display.hits import encoded as encoded
    from photosearch.display.hits import percent as percent
    from photosearch.display.hits import printable as printable
    from photosearch.display.hits import readable as readable
    from photosearch.display.hits import share as share
    from photosearch.display.hits import share_name as share_name
    from photosearch.display.hits import thumbnail as thumbnail
    from photosearch.display.sheet import Section as Section
    from photosearch.display.sheet import check_sheet_path as check_sheet_path
    from photosearch.display.sheet import write_sheet as write_sheet

_COMPARISON = "photosearch.display.comparison_page"
_HITS, _SHEET = "photosearch.display.hits", "photosearch.display.sheet"
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "Section": _SHEET,
        "check_page_path": _COMPARISON,
        "check_sheet_path": _SHEET,
        "encoded": _HITS,
        "percent": _HITS,
        "printable": _HITS,
        "readable": _HITS,
        "share": _HITS,
        "share_name": _HITS,
        "thumbnail": _HITS,
        "write_comparison": _COMPARISON,
        "write_sheet": _SHEET,
    },
)
