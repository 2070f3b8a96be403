"""Recipe `physical`: near objects in front of a far scene, with the defocus of a lens."""
