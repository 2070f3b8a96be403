#!/usr/bin/env python3
"""The command ``twostream reproduction``."""

import clone

clone.run("reproduction")
