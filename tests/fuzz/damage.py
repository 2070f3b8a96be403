"""Damage to files, drawn by hypothesis."""

import re
import struct
import zlib

from hypothesis import strategies as st

NUMBERS = (0, 1, 255, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
WORDS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"4294967295", b"1e30", b"nan", b'"x"', b"{")
_PLACES = st.one_of(st.integers(0, 400), st.integers(0, 2**16))
_BYTES = st.tuples(
    st.sampled_from(["set", "cut", "drop", "repeat", "big", "little"]), _PLACES, st.integers(0, 255)
)
_TEXT = st.tuples(st.just("word"), _PLACES, st.integers(0, 255))


def damages(is_text):
    """Strategy of one to six faults; see `damaged`."""
    return st.lists(st.one_of(_TEXT, _BYTES) if is_text else _BYTES, min_size=1, max_size=6)


def damaged(data, faults):
    """Apply faults to a file, and give PNG's chunks right checksums again.

    A fault is its kind, a place, and a byte or a choice.
    """
    data = bytearray(data)
    for kind, place, choice in faults:
        if data:
            _FAULTS[kind](data, place % len(data), choice)
    return _with_checksums(data) if data[:4] == b"\x89PNG" else bytes(data)


def _cut(data, place, choice):
    if choice < 64:  # a file of which most is missing is refused soon
        del data[place:]


def _number(order):
    def fault(data, place, choice):
        number = NUMBERS[choice % len(NUMBERS)]
        data[place : place + 4] = struct.pack(order + "I", number)[: len(data) - place]

    return fault


def _word(data, place, choice):
    """Replace a number or a word of a text."""
    words = list(re.finditer(rb"[\w.+-]+", data))
    if words:
        start, end = words[place % len(words)].span()
        data[start:end] = WORDS[choice % len(WORDS)]


_FAULTS = {
    "set": bytearray.__setitem__,
    "cut": _cut,
    "drop": lambda data, place, choice: data.__delitem__(slice(place, place + choice)),
    "repeat": lambda data, at, n: data.__setitem__(slice(at, at), data[at : at + n]),
    "word": _word,
    "big": _number(">"),
    "little": _number("<"),
}


def _with_checksums(data):
    start = 8
    while start + 12 <= len(data):
        end = start + 8 + int.from_bytes(data[start : start + 4], "big")
        checksum = struct.pack(">I", zlib.crc32(data[start + 4 : end]))
        data[end : end + 4] = checksum[: len(data) - end]
        start = end + 4
    return bytes(data)
