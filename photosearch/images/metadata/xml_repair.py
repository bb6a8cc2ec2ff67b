"""Repairs common mistakes in XML, so that a strict parser accepts it.

Because of a single `&` a parser that keeps to XML 1.0 rejects a whole packet; exiftool reads over
it. Repaired are: `&` and `<` that are not escaped, attributes that are there twice or not
separated, prefixes that nothing declares. Nothing is expanded: a document type is left where it is,
for the parser to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MAX_CHARACTERS = 1 << 20  # of a text; a longer one is not repaired
_MAX_LOOSE = 20  # "<" that begin nothing, each of which is looked for to the end of the text
_NAME = r"[^\W\d][\w.\-]*+(?::[^\W\d][\w.\-]*+)?+"
_REFERENCE = "&(?:#?[0-9A-Za-z]{1,8};)?"  # or what looks like the beginning of one
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<!"  # left as they are
    rf"|</{_NAME}\s*+>"
    rf"|<(?P<name>{_NAME})(?=[\s/>])(?P<rest>(?:[^\"'<>]++|\"[^\"]*+\"|'[^']*+')*+)>"
    rf"|(?P<loose><)|{_REFERENCE}",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"(?<![\w.:\-])({_NAME})\s*+=\s*+(\"[^\"]*+\"|'[^']*+')")
_PREFIX = re.compile(r"</?+([^\W\d][\w.\-]*+):|[\s\"']([^\W\d][\w.\-]*+):[\w.\-]++\s*+=")
_DECLARED = re.compile(r"[\s\"']xmlns:([\w.\-]++)\s*+=\s*+(\"[^\"<&]++\"|'[^'<&]++')")
_PREDEFINED = ("&amp;", "&lt;", "&gt;", "&quot;", "&apos;")
_CHARACTERS = (range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
_EMPTY = ('""', "''")


def repaired(text: str, namespaces: Mapping[str, str]) -> str:
    """Repairs the text of an XML document; returns `text` itself if it is too long.

    `namespaces` are those of prefixes that are known though nothing declares them. Of an attribute
    that is there twice the last counts, as for exiftool. What is damaged otherwise stays so.
    """
    if len(text) > MAX_CHARACTERS:
        return text
    return _Repair(_declarations(text, namespaces)).run(text)


def _declarations(text: str, namespaces: Mapping[str, str]) -> dict[str, str]:
    """Every prefix in use, as an attribute of the first element: others may declare it anew."""
    used = {first or second for first, second in _PREFIX.findall(text)} - {"xml", "xmlns"}
    known = dict(reversed(_DECLARED.findall(text)))  # the first one counts
    return {
        f"xmlns:{prefix}": known.get(prefix, f'"{namespaces.get(prefix, f"undeclared:{prefix}")}"')
        for prefix in sorted(used)
    }


class _Repair:
    def __init__(self, declarations: Mapping[str, str]) -> None:
        self._declarations = declarations  # for the first element
        self._loose = 0

    def run(self, text: str) -> str:
        parts, at = [], 0
        while self._loose < _MAX_LOOSE and (found := _TOKEN.search(text, at)):
            parts += [text[at : found.start()], self._token(found)]
            at = found.end()
        return "".join((*parts, text[at:]))

    def _token(self, found: re.Match[str]) -> str:
        token = found[0]
        if token.startswith("&"):
            return _escaped(found)
        if found["loose"]:
            self._loose += 1
            return "&lt;"
        if not found["name"]:
            return token
        attributes = {**self._declarations, **_attributes(found["rest"])}
        self._declarations = {}
        written = "".join(f" {name}={_value(value)}" for name, value in attributes.items())
        return f"<{found['name']}{written}{'/>' if found['rest'].endswith('/') else '>'}"


def _attributes(written: str) -> dict[str, str]:
    """Names to values in their quotes; a prefix declared as nothing is not declared."""
    return {
        name: value
        for name, value in _ATTRIBUTE.findall(written)
        if not (name.startswith("xmlns:") and value in _EMPTY)
    }


def _value(quoted: str) -> str:
    return re.sub(_REFERENCE, _escaped, quoted).replace("<", "&lt;")


def _escaped(found: re.Match[str]) -> str:
    """A reference to a character that XML may hold, or the text that it is."""
    if found[0] in _PREDEFINED or _is_character(found[0]):
        return found[0]
    return "&amp;" + found[0][1:]


def _is_character(reference: str) -> bool:
    if not reference.startswith("&#"):
        return False
    number = reference[2:-1]
    try:
        code = int(number[1:], 16) if number.startswith("x") else int(number)
    except ValueError:
        return False
    return code in (9, 10, 13) or any(code in within for within in _CHARACTERS)
