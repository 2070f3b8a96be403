import numpy as np

from twostream.report.detail import KNOWN, SIDE, detail


def corner(box):
    return tuple(side.start for side in box)


def test_known_pairs_have_their_place():
    for (name, size), place in KNOWN.items():
        assert corner(detail(name, [np.zeros((*size, 3), np.uint8)])) == place
        assert all(0 <= start <= length - SIDE for start, length in zip(place, size))
    pictures = [np.zeros((100, 90, 3), np.uint8), np.zeros((100, 90, 3), np.uint8)]
    pictures[1][-SIDE:, -SIDE:] = 200
    assert corner(detail("pepsi", pictures)) == (100 - SIDE, 90 - SIDE)  # of another size


def test_other_pairs_are_shown_where_the_methods_differ_most():
    pictures = [np.full((200, 300, 3), 90, np.uint8) for _ in range(3)]
    for n, picture in enumerate(pictures):
        picture[70 : 70 + SIDE, 160 : 160 + SIDE] += 40 * n
        picture[5:20, 10:40] += 20 * n
    rows, columns = detail("other", pictures)
    assert (rows, columns) == (slice(70, 70 + SIDE), slice(160, 160 + SIDE))


def test_small_pictures_are_shown_whole():
    pictures = [np.zeros((20, 90, 3), np.uint8)] * 2
    rows, columns = detail("small", pictures)
    assert (rows, columns.stop - columns.start) == (slice(0, 20), SIDE)
