#!/usr/bin/env python3
"""The command ``twostream train-blocks``."""

import clone

clone.run("train-blocks")
