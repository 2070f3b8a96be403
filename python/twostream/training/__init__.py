"""Training by Caffe's solver files: checks before it, Caffe's formulas, validation, Fig. 5.

What is computed here works on the arrays of an engine, whether numpy's or tensors.
"""
