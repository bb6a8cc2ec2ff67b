"""Writes the XMP of a simulated photo: title, description, keywords, people, rating, kind.

ISO 16684-1; Dublin Core; people as IPTC Extension has them (Iptc4xmpExt:PersonInImage) or, in
portraits and selfies, as regions of the Metadata Working Group (2.0, "Image Region Metadata").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from photosearch.testing.library.records import SimulatedPhoto
from photosearch.testing.library.tags import is_by_apple, shared_id

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "GPano": "http://ns.google.com/photos/1.0/panorama/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = '\n<?xpacket end="w"?>'
_WITH_REGIONS = ("portrait", "selfie")


def embedded_packet(photo: SimulatedPhoto) -> bytes:
    """What stands in the photo itself; b"" where there is nothing to say."""
    lines = [*_kind(photo), *(() if photo.sidecar else _words(photo))]
    return f"{_HEAD}{_document(lines)}{_TAIL}".encode() if lines else b""


def sidecar_packet(photo: SimulatedPhoto) -> bytes:
    """What stands in the sidecar: the words and the rating."""
    rating = ["<xmp:Rating>5</xmp:Rating>"] if photo.favourite else []
    return _document([*rating, *_words(photo)]).encode()


def _document(lines: Iterable[str]) -> str:
    inside = "\n".join(f"   {line}" for line in lines)
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n <rdf:RDF xmlns:rdf="'
        f'{_NAMESPACES["rdf"]}">\n  <rdf:Description rdf:about="" {_DECLARED}>\n'
        f"{inside}\n  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>"
    )


def _words(photo: SimulatedPhoto) -> Iterator[str]:
    for name, text in (("dc:title", photo.title), ("dc:description", photo.description)):
        if text:
            item = f'<rdf:li xml:lang="x-default">{escape(text)}</rdf:li>'
            yield f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>"
    if photo.keywords:
        yield _bag("dc:subject", photo.keywords)
    if photo.people and photo.media in _WITH_REGIONS:
        yield _regions(photo)
    elif photo.people:
        yield _bag("Iptc4xmpExt:PersonInImage", photo.people)


def _bag(name: str, values: Iterable[str]) -> str:
    items = "".join(f"<rdf:li>{escape(value)}</rdf:li>" for value in values)
    return f"<{name}><rdf:Bag>{items}</rdf:Bag></{name}>"


def _regions(photo: SimulatedPhoto) -> str:
    """Faces side by side, as shares of the picture's sides."""
    width = 1 / len(photo.people)
    items = "".join(
        f'<rdf:li><rdf:Description mwg-rs:Name="{escape(name)}" mwg-rs:Type="Face">'
        f'<mwg-rs:Area stArea:x="{width * (place + 0.5):.3f}" stArea:y="0.400" '
        f'stArea:w="{width * 0.6:.3f}" stArea:h="0.500" stArea:unit="normalized"/>'
        "</rdf:Description></rdf:li>"
        for place, name in enumerate(photo.people)
    )
    return (
        '<mwg-rs:Regions rdf:parseType="Resource">'
        f'<mwg-rs:AppliedToDimensions stDim:w="{photo.width}" stDim:h="{photo.height}" '
        'stDim:unit="pixel"/>'
        f"<mwg-rs:RegionList><rdf:Bag>{items}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def _kind(photo: SimulatedPhoto) -> Iterator[str]:
    """What phones of other makes than Apple say of kinds."""
    if is_by_apple(photo):
        return
    if photo.media == "panorama":
        yield "<GPano:ProjectionType>cylindrical</GPano:ProjectionType>"
    elif photo.media == "burst":
        yield f"<GCamera:BurstID>{shared_id(photo)}</GCamera:BurstID>"
    elif photo.media == "live":
        yield "<GCamera:MotionPhoto>1</GCamera:MotionPhoto>"
