"""The networks: the paper's, those of two compared methods, their files and pretrained weights."""
