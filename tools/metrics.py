#!/usr/bin/env python3
"""The command ``twostream metrics``."""

import clone

clone.run("metrics")
