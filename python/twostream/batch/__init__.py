"""Many sets of pictures: finding them in a folder, and fusing them one after another."""
