"""Words beside a photo: names, titles, keywords and the like, and the search for them.

full_text   the FTS5 table       text_rows   its content, a row a searchable photo
search      which photos have words or phrases, how well, and where: `find_texts`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.index.texts.search import TextHit as TextHit
    from photosearch.index.texts.search import find_texts as find_texts
    from photosearch.index.texts.search import require_phrases as require_phrases
    from photosearch.index.texts.text_rows import put_recognised as put_recognised
    from photosearch.index.texts.text_rows import read_texts as read_texts

_ROWS, _SEARCH = "photosearch.index.texts.text_rows", "photosearch.index.texts.search"
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "TextHit": _SEARCH,
        "find_texts": _SEARCH,
        "put_recognised": _ROWS,
        "read_texts": _ROWS,
        "require_phrases": _SEARCH,
    },
)
