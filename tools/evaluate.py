#!/usr/bin/env python3
"""The command ``twostream evaluate``."""

import clone

clone.run(__name__, "twostream.cli.evaluate")
