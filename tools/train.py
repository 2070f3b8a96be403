#!/usr/bin/env python3
"""The command ``twostream train``."""

import clone

clone.run(__name__, "twostream.cli.train")
