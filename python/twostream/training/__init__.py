"""Training from Caffe's solver files: preflight checks, solvers, validation and ablation.

The formulas work on numpy arrays as well as on tensors.
"""
