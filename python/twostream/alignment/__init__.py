"""How the frames of a stack lie, and laying them onto each other."""
