#!/usr/bin/env python3
"""The command ``twostream pairs``."""

import clone

clone.run("pairs")
