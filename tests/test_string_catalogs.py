"""What the Swift products say to people, in all the languages that they have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "swift" / "Sources"
TEXTS = {
    "PhotoSearch": "PhotoSearchError+Localized.swift",
    "PhotoSearchPhotos": "Searcher/Texts.swift",
}
LANGUAGES = {"en", "de"}
KNOWN = " · "  # between parts of a line, the same in every language


def strings(target: str) -> dict[str, Any]:
    catalog = json.loads((SOURCES / target / "Localizable.xcstrings").read_bytes())
    assert (catalog["sourceLanguage"], catalog["version"]) == ("en", "1.0")
    found: dict[str, Any] = catalog["strings"]
    return found


def said(target: str) -> set[str]:
    """All literals of the file that speaks, without what is put between them."""
    code = re.sub(r"//.*", "", (SOURCES / target / TEXTS[target]).read_text(encoding="utf-8"))
    literals = set(re.findall(r'"((?:[^"\\]|\\.)*)"', code))
    return {text for text in literals if text != KNOWN and "\\(" not in text and text}


@pytest.mark.parametrize("target", TEXTS)
def test_the_catalog_has_what_the_code_says_and_nothing_else(target: str) -> None:
    assert set(strings(target)) == said(target)


@pytest.mark.parametrize("target", TEXTS)
def test_every_text_is_in_every_language_with_the_same_places(target: str) -> None:
    for text, entry in strings(target).items():
        units = {name: value["stringUnit"] for name, value in entry["localizations"].items()}
        assert set(units) == LANGUAGES, text
        for unit in units.values():
            assert unit["state"] == "translated"
            assert unit["value"].count("%@") == text.count("%@")
            assert unit["value"].strip()
        assert units["en"]["value"] == text
