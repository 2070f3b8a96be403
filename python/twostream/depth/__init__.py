"""What a stack tells besides the fused picture: depth, trust, and which frames it lacks."""
