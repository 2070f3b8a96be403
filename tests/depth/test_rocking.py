import numpy as np
from PIL import Image

from twostream.depth.rocking import LARGEST, VIEWS, view, write_rocking


def test_near_things_move_against_far_ones():
    image, height = np.zeros((40, 80, 3), np.uint8), np.zeros((40, 80), np.float32)
    image[10:15, 20:25], image[25:30, 50:55] = 250, 200
    height[5:20] = 1
    moved = view(image, height, 3)
    near, far = (np.nonzero(moved[row, :, 0] > 150)[0].mean() for row in (12, 27))
    assert (near, far) == (25, 49)
    np.testing.assert_array_equal(view(image, height, 0), image)


def test_the_animation_repeats(rng, tmp_path):
    image = rng.integers(0, 256, (60, 1000, 3)).astype(np.uint8)
    write_rocking(tmp_path / "r.gif", image, rng.random((60, 1000)).astype(np.float32))
    with Image.open(tmp_path / "r.gif") as made:
        assert (made.n_frames, made.size) == (VIEWS, (LARGEST, 29))
        assert made.info["loop"] == 0
