#!/usr/bin/env python3
"""The command ``twostream plot``."""

import clone

clone.run("plot")
