#!/usr/bin/env python3
"""The command ``twostream report``."""

import clone

clone.run("report")
