#!/usr/bin/env python3
"""The command ``twostream score-truth``."""

import clone

clone.run("score-truth")
