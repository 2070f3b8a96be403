import numpy as np

from twostream.methods.small_regions import drop_small


def test_small_regions_of_either_value_are_dropped():
    mask = np.zeros((100, 100), bool)
    mask[:, 50:] = True
    mask[10:21, 10:21] = True  # large enough to stay
    wanted = mask.copy()
    mask[30:39, 10:19] = True  # 81 pixels of 10000
    mask[40:49, 70:79] = False
    np.testing.assert_array_equal(drop_small(mask, 0.01), wanted)


def test_a_uniform_map_stays():
    for value in (True, False):
        mask = np.full((50, 50), value)
        np.testing.assert_array_equal(drop_small(mask, 0.01), mask)
