"""Collects what XMP says in lists: titles, keywords, and the names of people in a picture.

| property | what |
|-|-|
| dc:title, dc:description | one text a language, `x-default` first (ISO 16684-1, 8.2.2.4) |
| dc:subject, lr:hierarchicalSubject | keywords, and paths of keywords |
| Iptc4xmpExt:PersonInImage | names (IPTC Photo Metadata 2023.1) |
| Iptc4xmpExt:ImageRegion | regions, each with a `Name` |
| mwg-rs:Regions | regions with a `Name` and a `Type`, of which "Face" counts (MWG 2.0, 5.9) |
| MP:RegionInfo | regions with a `PersonDisplayName` (Microsoft's People Tags) |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from photosearch.images.metadata.texts import (
    MOST_DESCRIPTION,
    MOST_ENTRIES,
    from_paths,
    make_texts,
)
from photosearch.types import PhotoTexts

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_LR = "http://ns.adobe.com/lightroom/1.0/"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_MWG = "http://www.metadataworkinggroup.com/schemas/regions/"
_MP = "http://ns.microsoft.com/photo/1.2/"
_MP_REGION = f"{_MP}t/Region#"
PREFIXES = {
    "dc": _DC, "lr": _LR, "Iptc4xmpExt": _IPTC, "mwg-rs": _MWG, "MP": _MP, "MPReg": _MP_REGION,
    "MPRI": f"{_MP}t/RegionInfo#",
}  # fmt: skip
_TITLE, _DESCRIPTION, _SUBJECT = f"{_DC} title", f"{_DC} description", f"{_DC} subject"
_PATHS, _PEOPLE = f"{_LR} hierarchicalSubject", f"{_IPTC} PersonInImage"
_LISTS = frozenset({_TITLE, _DESCRIPTION, _SUBJECT, _PATHS, _PEOPLE})
_REGIONS = frozenset({f"{_MWG} Regions", f"{_MP} RegionInfo", f"{_IPTC} ImageRegion"})
_NAMES = frozenset({f"{_MWG} Name", f"{_MP_REGION} PersonDisplayName", f"{_IPTC} Name"})
_TYPE, _FACE = f"{_MWG} Type", "face"
_ITEM, _LANGUAGE = f"{RDF} li", "http://www.w3.org/XML/1998/namespace lang"
_DEFAULT = "x-default"
_MOST_CHARACTERS = 2 * MOST_DESCRIPTION  # of an entry
_MOST_KEPT = 4 * MOST_ENTRIES  # entries of all lists; some are twice, or nothing


@dataclass(slots=True)
class _Entry:
    """A text that is being read."""

    depth: int
    name: str  # of the property that it belongs to
    language: str = ""
    text: str = ""


@dataclass(slots=True)
class Lists:
    """Handles a parser's events inside a description, and keeps the entries of lists."""

    found: dict[str, list[str]] = field(default_factory=dict)
    regions: list[str] = field(default_factory=list)  # names of people
    _open: list[_Entry] = field(default_factory=list)
    _region: dict[str, str] | None = None  # "name" and "type" of the one that is being read
    _region_depth: int = 0
    _kept: int = 0

    def start(self, top: str, depth: int, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins, at a depth inside the property `top`; depth 0 is the description."""
        if depth == 0:
            for key in _LISTS & attributes.keys():
                self._keep(_Entry(0, key, text=attributes[key]))
        elif top in _LISTS:
            if depth == 1 or name == _ITEM:
                self._open.append(_Entry(depth, top, attributes.get(_LANGUAGE, "")))
        elif top in _REGIONS:
            self._start_in_region(depth, name, attributes)

    def _start_in_region(self, depth: int, name: str, attributes: Mapping[str, str]) -> None:
        if self._region is None and name == _ITEM:
            self._region, self._region_depth = {}, depth
        if self._region is None:
            return
        if name in _NAMES or name == _TYPE:
            self._open.append(_Entry(depth, name))
        elif self._open and name == _ITEM:  # of several languages
            self._open[-1].text += "\n"
        for key in (*_NAMES, _TYPE):
            if key in attributes:
                self._region.setdefault("type" if key == _TYPE else "name", attributes[key])

    def characters(self, text: str) -> None:
        """Text inside the element that began last and has not ended."""
        if self._open and len(self._open[-1].text) < _MOST_CHARACTERS:
            self._open[-1].text += text

    def end(self, depth: int) -> None:
        """The element at a depth ends."""
        if self._open and self._open[-1].depth == depth:
            self._close(self._open.pop())
        if self._region is not None and self._region_depth == depth:
            name, kind = self._region.get("name", ""), self._region.get("type", _FACE)
            if name and kind.strip().lower() == _FACE and self._has_room():
                self.regions.append(name)
            self._region = None

    def _close(self, entry: _Entry) -> None:
        if self._region is None:
            self._keep(entry)
        else:
            key = "type" if entry.name == _TYPE else "name"
            self._region.setdefault(key, entry.text.strip().partition("\n")[0])

    def _keep(self, entry: _Entry) -> None:
        if entry.text.strip() and self._has_room():
            entries = self.found.setdefault(entry.name, [])
            entries.insert(0 if entry.language == _DEFAULT else len(entries), entry.text)

    def _has_room(self) -> bool:
        self._kept += 1
        return self._kept <= _MOST_KEPT

    def texts(self) -> PhotoTexts:
        """What was collected, cleaned."""
        keywords, people = from_paths(self.found.get(_PATHS, ()))
        return make_texts(
            titles=self.found.get(_TITLE, ()),
            descriptions=self.found.get(_DESCRIPTION, ()),
            keywords=[*self.found.get(_SUBJECT, ()), *keywords],
            people=[*self.regions, *self.found.get(_PEOPLE, ()), *people],
        )
