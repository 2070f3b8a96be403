"""Training data: photographs, synthetic defocus, patches, HDF5 shards."""
