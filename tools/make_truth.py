#!/usr/bin/env python3
"""The command ``twostream truth``."""

import clone

clone.run("truth")
