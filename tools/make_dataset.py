#!/usr/bin/env python3
"""The command ``twostream dataset``."""

import clone

clone.run(__name__, "twostream.cli.dataset")
