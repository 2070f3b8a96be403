"""Registration of the frames of a stack, and matching of their exposure."""
