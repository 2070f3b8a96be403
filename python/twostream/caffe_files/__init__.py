"""Caffe's files without Caffe: prototxt (text), caffemodel and solverstate (binary)."""
