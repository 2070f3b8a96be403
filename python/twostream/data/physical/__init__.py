"""Recipe `physical`: near objects in front of a far scene, defocused as by a lens."""
