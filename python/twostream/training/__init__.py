"""Caffe's training in terms of its own formulas; an engine brings the net's gradients.

Everything here works on the arrays of the engine, whatever they are: numpy's or tensors.
"""
