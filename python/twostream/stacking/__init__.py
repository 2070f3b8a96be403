"""From files or arrays to a fused stack: one file for each step."""
