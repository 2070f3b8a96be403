#!/usr/bin/env python3
"""The command ``twostream replay``."""

import clone

clone.run("replay")
