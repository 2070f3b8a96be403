#!/usr/bin/env python3
"""The command ``twostream export-onnx``."""

import clone

clone.run("export-onnx")
