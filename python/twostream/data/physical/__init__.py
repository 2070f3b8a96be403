"""Recipe `physical`: near objects in front of a far scene, out of focus as a lens shows them."""
