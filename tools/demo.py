#!/usr/bin/env python3
"""The command ``twostream demo``."""

import clone

clone.run("demo")
