#!/usr/bin/env python3
"""The command ``twostream ranges``."""

import clone

clone.run("ranges")
