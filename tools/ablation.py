#!/usr/bin/env python3
"""The command ``twostream ablation``."""

import clone

clone.run("ablation")
