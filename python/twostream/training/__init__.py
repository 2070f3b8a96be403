"""Training from Caffe's solver files: preflight checks, solvers and validation.

The formulas work on numpy arrays as well as on tensors.
"""
