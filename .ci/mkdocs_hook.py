"""A hook of mkdocs: pages and sources outside `docs` become part of the site, which loads nothing.

Links to them are written so that they work in the repository: relative, like `../photosearch/x.py`.
On the site, a document of PAGES is a page, another `.md` a page under `source`, any other file its
text, and a folder its README or its part of the list of files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from markdown.extensions.toc import slugify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
FILES = ROOT / "docs" / "files.md"
PAGES = {  # of the repository, and where the site has them
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "photosearch/assets/LOG.md": "experiments.md",
    "photosearch/assets/builtin.photomodel/MODEL_CARD.md": "model-card.md",
}
_ORIGIN = {page: source for source, page in PAGES.items()}
_LINK = re.compile(r"(?<=\]\()([^)\s:#]+)(?=[)#])")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what the pages link to, and what those link to in turn."""
    waiting = [ROOT / "docs" / file.src_uri for file in files.documentation_pages()]
    waiting += [ROOT / source for source in PAGES]
    seen = set(waiting)
    for document in waiting:  # grows while it is gone through
        for target in _targets(document):
            if target not in seen and target.suffix == ".md":
                waiting.append(target)
            seen.add(target)
    for file in sorted(seen):
        uri = _site_uri(file)
        if files.get_file_from_path(uri) is None:
            files.append(File.generated(config, uri, abs_src_path=str(file)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Turns links of the repository into links of the site."""
    uri = page.file.src_uri
    folder = posixpath.dirname(_origin(uri))

    def turned(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, found[1]))
        target = _resolved(path)
        if target is None:
            return found[1]  # mkdocs reports it
        there = posixpath.relpath(_site_uri(target), posixpath.dirname(uri) or ".")
        return there + (_section(path) if target == FILES else "")

    parts = _FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _LINK.sub(turned, part) for part in parts)


def on_post_build(config: MkDocsConfig) -> None:
    """Fails if a page would load something from elsewhere."""
    loads = sorted(external_loads(Path(config.site_dir)))
    if loads:
        raise PluginError("loaded from elsewhere:\n" + "\n".join(loads))


def external_loads(site: Path) -> Iterator[str]:
    """What the pages and styles of a site would fetch over the network, as `file: address`."""
    for page in site.rglob("*.html"):
        finder = _Loads()
        finder.feed(page.read_text(encoding="utf-8"))
        yield from (f"{page.relative_to(site)}: {address}" for address in finder.found)
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        for address in re.findall(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)", text):
            yield f"{sheet.relative_to(site)}: {address}"


class _Loads(HTMLParser):
    """Addresses of another host that a browser asks for by itself, which links are not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        names = ["src", "srcset", "data", "poster", *(["href"] if tag in ("link", "use") else [])]
        if tag == "link" and values.get("rel") in ("canonical", "next", "prev", "alternate"):
            return
        for name in names:
            if re.match(r"(https?:)?//", values.get(name) or ""):
                self.found.append(values[name] or "")
        if re.search(r"\bmermaid\b", values.get("class") or ""):
            self.found.append("mermaid, which the theme loads from a CDN")


def _targets(document: Path) -> Iterator[Path]:
    """The files of the repository that a document links to."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    folder = document.relative_to(ROOT).parent.as_posix()
    for link in _LINK.findall(text):
        target = _resolved(posixpath.normpath(posixpath.join(folder, link)))
        if target is not None:
            yield target


def _resolved(path: str) -> Path | None:
    """A file for a path of the repository; None if there is nothing, or it lies outside."""
    target = ROOT / path
    if path.startswith(".." + "/") or not target.exists():
        return None
    if target.is_dir():
        readme = target / "README.md"
        return readme if readme.is_file() else FILES
    return target


def _section(folder: str) -> str:
    """The part of the list of files that is about a folder, as `#…`; empty if there is none."""
    title = f"{folder}/"
    listed = f"\n## {title}\n" in FILES.read_text(encoding="utf-8")
    return f"#{slugify(title, '-')}" if listed else ""


def _site_uri(file: Path) -> str:
    """Where the site has a file of the repository."""
    path = file.relative_to(ROOT).as_posix()
    if path in PAGES:
        return PAGES[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    picture = file.suffix in (".md", ".png", ".svg")
    return f"source/{path}" if picture else f"source/{path.removeprefix('.')}.txt"  # .ci is hidden


def _origin(uri: str) -> str:
    """Where in the repository a page of the site lies."""
    if uri in _ORIGIN:
        return _ORIGIN[uri]
    return uri.removeprefix("source/") if uri.startswith("source/") else f"docs/{uri}"
