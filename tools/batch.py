#!/usr/bin/env python3
"""The command ``twostream batch``."""

import clone

clone.run("batch")
