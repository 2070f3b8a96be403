#!/usr/bin/env python3
"""The command ``twostream figures``."""

import clone

clone.run("figures")
