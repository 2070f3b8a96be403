#!/usr/bin/env python3
"""The command ``twostream validate``."""

import clone

clone.run("validate")
