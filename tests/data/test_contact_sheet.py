import cv2
import numpy as np

from twostream.data.contact_sheet import MARGIN, contact_sheet


def test_shows_the_middle_square_of_each_picture(rng):
    wide, high = (rng.integers(0, 256, s, dtype=np.uint8) for s in ((80, 200, 3), (200, 80, 3)))
    sheet = contact_sheet([[wide, wide], [high, high]], side=40)
    cell = 40 + 2 * MARGIN
    assert sheet.shape == (2 * cell, 2 * cell, 3)
    for column, middle in enumerate((wide[:, 60:140], high[60:140])):
        small = cv2.resize(np.ascontiguousarray(middle), (40, 40), interpolation=cv2.INTER_AREA)
        shown = sheet[cell:, column * cell : (column + 1) * cell]
        np.testing.assert_array_equal(shown[MARGIN:-MARGIN, MARGIN:-MARGIN], small)
        assert (shown[:MARGIN] == 255).all()
        assert (shown[:, -MARGIN:] == 255).all()


def test_gray_and_colour_stand_side_by_side(rng):
    gray = rng.integers(0, 256, (50, 50), dtype=np.uint8)
    sheet = contact_sheet([[gray], [np.dstack([gray] * 3)]], side=20)
    left, right = np.hsplit(sheet, 2)
    np.testing.assert_array_equal(left, right)
