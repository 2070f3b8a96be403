#!/usr/bin/env python3
"""Fuse photographs of one scene into one that is sharp all over; see --help."""

from twostream.cli import fuse, run

if __name__ == "__main__":
    run(fuse.main, fuse.arguments())
