#!/usr/bin/env python3
"""The command ``twostream readme-pictures``."""

import clone

clone.run("readme-pictures")
