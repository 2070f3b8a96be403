"""From pictures to the fused picture."""
