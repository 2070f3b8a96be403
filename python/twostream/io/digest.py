"""Digests that identify the content of a file."""

import hashlib


def sha256_of(path):
    """SHA-256 of a file, as 64 hexadecimal digits; OSError if it cannot be read."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(2**20), b""):
            digest.update(piece)
    return digest.hexdigest()
