#!/usr/bin/env python3
"""The command ``twostream fuse``."""

import clone

clone.run(__name__, "twostream.cli.fuse")
