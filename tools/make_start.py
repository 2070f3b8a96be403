#!/usr/bin/env python3
"""The command ``twostream start``."""

import clone

clone.run("start")
