import numpy as np
import pytest

from twostream.depth.preview import depth_preview, with_legend


def test_violet_is_the_first_frame_and_yellow_the_last():
    violet, yellow = depth_preview(np.array([[0.0, 4.0]]), 5)[0]
    assert violet[2] > 2 * violet[1]
    assert yellow[0] > 200 > 100 > yellow[2]


@pytest.mark.parametrize("shape", [(150, 300), (270, 360), (1500, 400), (400, 3000)])
@pytest.mark.parametrize("ends", [("first", "last"), ("near 0.123 m", "far 12.5 m")])
def test_the_legend_names_both_ends_of_the_bar(shape, ends):
    plain = np.full((*shape, 3), 90, np.uint8)
    drawn = with_legend(plain, ends)
    changed = (drawn != plain).any(axis=2)
    assert drawn.shape == plain.shape
    assert 0.005 < changed.mean() < 0.2
    rows, columns = np.nonzero(changed)
    assert rows.max() == shape[0] - 1
    assert columns.max() < 0.6 * shape[1]
    white = (drawn > 180).all(axis=2)
    middle = columns.max() // 2
    assert white[:, :middle].any()
    assert white[:, middle:].any()


def test_small_pictures_have_no_legend():
    plain = np.full((149, 500, 3), 90, np.uint8)
    np.testing.assert_array_equal(with_legend(plain, ("first", "last")), plain)
