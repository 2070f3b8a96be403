#!/usr/bin/env python3
"""The command ``twostream app``."""

import clone

clone.run("app")
