#!/usr/bin/env python3
"""The command ``twostream prove-gpu``."""

import clone

clone.run("prove-gpu")
