#!/usr/bin/env python3
"""The command ``twostream as-convolutions``."""

import clone

clone.run("as-convolutions")
