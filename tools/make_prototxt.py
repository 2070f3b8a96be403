#!/usr/bin/env python3
"""The command ``twostream prototxt``."""

import clone

clone.run(__name__, "twostream.cli.prototxt")
