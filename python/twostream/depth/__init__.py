"""Maps of a stack beyond the fused image: depth, confidence, gaps between frames."""
