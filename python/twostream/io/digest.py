"""Digests that identify the content of a file."""

import hashlib
import os
from functools import lru_cache


def sha256_of(path):
    """Return the SHA-256 of a file as 64 hexadecimal digits; OSError if it cannot be read."""
    state = os.stat(path)
    return _digest(os.fspath(path), state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=256)  # a large file may hold the frames of many fusions
def _digest(path, *_):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(2**20), b""):
            digest.update(piece)
    return digest.hexdigest()
