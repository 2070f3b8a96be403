"""Multi-focus image fusion with a fully convolutional two-stream network, faithful to Caffe."""
