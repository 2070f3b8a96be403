#!/usr/bin/env python3
"""The module ``paper.figures``."""

import clone

clone.run("figures", "paper")
