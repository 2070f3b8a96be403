#!/usr/bin/env python3
"""The command ``twostream bench``."""

import clone

clone.run("bench")
