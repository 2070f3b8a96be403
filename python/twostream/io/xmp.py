"""Removal of XMP entries that do not hold for a fused picture."""

import re

_ALL = re.compile(rb"")
_STALE = {
    b"http://ns.adobe.com/hdr-gain-map/1.0/": _ALL,
    b"http://ns.apple.com/HDRGainMap/1.0/": _ALL,
    b"http://ns.google.com/photos/1.0/container/": _ALL,
    b"http://ns.google.com/photos/1.0/container/item/": _ALL,
    b"http://ns.google.com/photos/1.0/depthmap/": _ALL,
    b"http://ns.google.com/photos/1.0/image/": _ALL,
    b"http://ns.google.com/photos/1.0/camera/": re.compile(rb"Motion|MicroVideo"),
    b"http://ns.adobe.com/xmp/note/": re.compile(rb"HasExtendedXMP"),
}
"""Namespace -> prefixes of entries about other pictures in the file, or motion."""
_NAMESPACE = re.compile(rb"""\bxmlns:([\w.-]+)\s*=\s*["']([^"'<]*)["']""")
_NAME = rb"([\w.-]+):([\w.-]+)"
# No part goes beyond the next "<", which bounds the time for damaged packets.
_TAG = re.compile(rb"<(/?)" + _NAME + rb"""((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_ATTRIBUTE = re.compile(rb"\s" + _NAME + rb"""\s*=\s*(?:"[^"<]*"|'[^'<]*')""")


def true_of_fused(packet):
    """Return an XMP packet without gain maps, depth maps, motion photos and their directories."""
    known = {prefix: _STALE[uri] for prefix, uri in _NAMESPACE.findall(packet) if uri in _STALE}
    if not known:
        return packet

    def stale(prefix, name):
        return prefix in known and known[prefix].match(name)

    kept, place, within, depth = [], 0, None, 0
    for tag in _TAG.finditer(packet):
        close, prefix, name, rest = tag.groups()
        opens = not close and not rest.endswith(b"/")
        if within:
            depth += (opens - bool(close)) * ((prefix, name) == within)
            place, within = tag.end(), within if depth else None
        elif stale(prefix, name):
            kept.append(packet[place : tag.start()])
            place, within, depth = tag.end(), (prefix, name) if opens else None, 1
        else:
            keep = _ATTRIBUTE.sub(lambda a: b"" if stale(a[1], a[2]) else a[0], tag[0])
            kept += [packet[place : tag.start()], keep]
            place = tag.end()
    return b"" if within else b"".join([*kept, packet[place:]])
