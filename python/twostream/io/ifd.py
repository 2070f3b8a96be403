"""Directories of tags, "IFDs", as in TIFF (TIFF 6.0, BigTIFF) and EXIF (EXIF 2.32, 4.6).

A directory is a dict of tag number -> `Tag`, or -> another directory. Pillow's own directories are
not used. Pillow 12 changes tags of the type UNDEFINED, such as the user's comment, to BYTE. Pillow
8.1 loses the EXIF directory, and neither opens TIFFs of RGB floats.
"""

import struct
from typing import NamedTuple

import numpy as np

EXIF, GPS, INTEROPERABILITY = 34665, 34853, 40965
_DIRECTORIES = (EXIF, GPS, INTEROPERABILITY)

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7
"""Types of a tag's numbers."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES.update({16: 8, 17: 8, 18: 8})  # of BigTIFF
_RATIONALS = (5, 10)  # two numbers of four bytes

MOST_TAGS = 512
MOST_BYTES = 2**24
"""Limits on directories and tags; larger ones are cut or left out."""
_DEEPEST = 3  # levels of directories


class Tag(NamedTuple):
    """The numbers of a tag."""

    kind: int  # their type, as TIFF numbers them
    content: bytes  # the numbers, little-endian

    def numbers(self):
        """Return the numbers as a list; rationals as quotients, 0 where they divide by zero."""
        kinds = {1: "u1", 3: "<u2", 4: "<u4", 5: "<u4", 8: "<i2", 9: "<i4", 10: "<i4"}
        kinds.update({2: "u1", 7: "u1", 6: "i1", 11: "<f4", 12: "<f8", 13: "<u4"})
        found = np.frombuffer(self.content, kinds.get(self.kind, "<u8")).tolist()
        if self.kind in _RATIONALS:
            return [a / b if b else 0.0 for a, b in zip(found[::2], found[1::2])]
        return found

    def text(self):
        """Return the content as text, up to its end mark."""
        return self.content.split(b"\0")[0].decode("utf-8", "replace")


class _Form(NamedTuple):
    """How a file writes its directories: codes of `struct`."""

    order: str
    count: str
    entry: str
    place: str

    def size(self, part):
        return struct.calcsize("<" + part)

    def unpack(self, part, data, start):
        return struct.unpack_from(self.order + part, data, start)


_CLASSIC = ("H", "HHI4s", "I")
_BIG = ("Q", "HHQ8s", "Q")


def read(data, first=None):
    """Read a directory, the first one by default, with those that it names (EXIF, GPS, ...).

    `data`, bytes or mmap, is a TIFF file, or a block of EXIF, which is built like one. The result
    is empty if it is no TIFF. Damaged tags, and those beyond the limits above, are left out.
    """
    try:
        form, start = _form(data)
        return _directory(data, form, start if first is None else first)
    except struct.error:
        return {}


def count_directories(data, most):
    """Count the directories of a TIFF, no further than `most`; 0 if one is missing or in a loop."""
    seen = {0}
    try:
        form, start = _form(data)
        while start not in seen and len(seen) <= most:
            seen.add(start)
            (count,) = form.unpack(form.count, data, start)
            link = start + form.size(form.count) + count * form.size(form.entry)
            (start,) = form.unpack(form.place, data, link)
    except struct.error:
        return 0
    return len(seen) - 1 if start == 0 or start not in seen else 0


def _form(data):
    """Return the form of a TIFF and the place of its first directory."""
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None:
        raise struct.error("no TIFF")
    big = struct.unpack_from(order + "H", data, 2) == (43,)
    form = _Form(order, *(_BIG if big else _CLASSIC))
    return form, form.unpack(form.place, data, 8 if big else 4)[0]


def _directory(data, form, start, level=1):
    (count,) = form.unpack(form.count, data, start)
    tags, start = {}, start + form.size(form.count)
    for n in range(min(count, MOST_TAGS)):
        try:
            number, tag = _tag(data, form, start + n * form.size(form.entry))
            if number in _DIRECTORIES:
                tag = _named_directory(data, form, tag, level)
        except struct.error:
            continue
        if tag:
            tags[number] = tag
    return tags


def _named_directory(data, form, tag, level):
    if not tag or level == _DEEPEST:
        return None
    return _directory(data, form, int(tag.numbers()[0]), level + 1)


def _tag(data, form, start):
    """Read the entry at `start`: its number, and its Tag or None."""
    number, kind, count, value = form.unpack(form.entry, data, start)
    length = _SIZES.get(kind, 0) * count
    if not 0 < length <= MOST_BYTES:
        return number, None
    if length > len(value):
        (place,) = struct.unpack(form.order + form.place, value)
        value = data[place : place + length]
    content = _little_endian(value[:length], kind, form.order)
    return number, Tag(kind, content) if len(content) == length else None


def _little_endian(content, kind, order):
    width = 4 if kind in _RATIONALS else _SIZES[kind]
    if order == "<" or width == 1 or len(content) % width:
        return content
    return np.frombuffer(content, f">u{width}").astype(f"<u{width}").tobytes()


def written(tags, start, big=False):
    """Return a directory as little-endian bytes, followed by the directories that it names.

    `start`, an even number, is where in the file, a TIFF or BigTIFF, the bytes will lie.
    """
    form = _Form("<", *(_BIG if big else _CLASSIC))
    place = start + form.size(form.count) + len(tags) * form.size(form.entry)
    place += form.size(form.place)  # of the next directory, 0 for none
    entries, values = [struct.pack("<" + form.count, len(tags))], b""
    for number, tag in sorted(tags.items()):
        here = struct.pack("<" + form.place, place + len(values))
        if isinstance(tag, dict):
            values += written(tag, place + len(values), big)
            tag = Tag(16 if big else LONG, here)
        elif len(tag.content) > len(here):
            values += tag.content + bytes(len(tag.content) % 2)
        entries.append(_entry(form, number, tag, here))
    return b"".join(entries) + bytes(form.size(form.place)) + values


def _entry(form, number, tag, here):
    count = len(tag.content) // _SIZES[tag.kind]
    value = tag.content if len(tag.content) <= len(here) else here
    return struct.pack("<" + form.entry, number, tag.kind, count, value)


def block(tags):
    """Return a directory as a whole little-endian TIFF without pixels, the form of EXIF."""
    return b"II*\0" + struct.pack("<I", 8) + written(tags, 8)


def text(words):
    """Make a tag that holds text."""
    return Tag(ASCII, words.encode() + b"\0")


def short(number):
    """Make a tag that holds one number below 65536."""
    return Tag(SHORT, struct.pack("<H", number))


def rational(number):
    """Make a tag that holds one positive number as a quotient."""
    over = 1 if number >= 2**31 else min(10**6, int(2**31 // max(number, 1e-3)))
    return Tag(RATIONAL, struct.pack("<II", min(round(number * over), 2**32 - 1), over))
