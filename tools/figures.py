#!/usr/bin/env python3
"""The command ``python -m paper.figures``."""

import clone

clone.run(__name__, "paper.figures")
