from dataclasses import dataclass

import numpy as np
import pytest

from twostream.errors import BadInput
from twostream.evaluation.pair_set import read_pair_set
from twostream.io import images
from twostream.report.montage import FRAME, GAP, LABEL, RED, WIDTH, montage, pair_montage


@dataclass(frozen=True)
class Fuser:
    """The attributes of a method that figures use."""

    name: str
    label: str


METHODS = [Fuser("mean", "Mean"), Fuser("best", "Best")]


def cell_of(figure, row, column, cell_height):
    left = column * (WIDTH + 2 * GAP) + GAP
    return figure[row * cell_height : (row + 1) * cell_height, left : left + WIDTH]


def test_every_picture_has_its_label_frame_and_detail(rng):
    shown = {n: rng.integers(0, 250, (120, 112, 3)).astype(np.uint8) for n in "abc"}
    box = slice(30, 86), slice(20, 76)
    figure = montage(shown, box, columns=2)
    height = LABEL + 240 + GAP + WIDTH + GAP
    assert figure.shape == (2 * height, 2 * (WIDTH + 2 * GAP), 3)
    assert (cell_of(figure, 1, 1, height) == 255).all()  # there is no fourth picture
    for n, picture in enumerate(shown.values()):
        cell = cell_of(figure, n // 2, n % 2, height)
        label, overview = cell[:LABEL], cell[LABEL : LABEL + 240]
        assert label.min() < 100 < label.max()
        # An enlarged picture, framed around the detail: the frame leaves the detail itself free.
        np.testing.assert_array_equal(overview[60:172:2, 40:152:2], picture[box])
        assert (overview[58:60, 38:154] == RED).all()
        assert (overview[172:174, 38:154] == RED).all()
        detail = cell[LABEL + 240 + GAP :][:WIDTH]
        inside = slice(2 * FRAME, -2 * FRAME)
        large = picture[box].repeat(4, axis=0).repeat(4, axis=1)
        np.testing.assert_array_equal(detail[inside, inside], large[inside, inside])
        assert (detail[:FRAME] == RED).all()


def write_evaluation(folder, names, image):
    for method in METHODS:
        (folder / "evaluation/fused" / method.name).mkdir(parents=True)
        images.write(folder / "evaluation/fused" / method.name / "x.png", image)
    for name in names:
        images.write(folder / f"x_{name}.png", image)
    return read_pair_set(folder)[0]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("names", [("A", "B"), ("A", "B", "C", "clean")])
def test_a_pair_is_shown_with_what_methods_made_of_it(tmp_path, rng, dtype, names):
    image = rng.integers(0, np.iinfo(dtype).max, (40, 90)).astype(dtype)
    pair = write_evaluation(tmp_path, names, image)
    figure = pair_montage(pair, METHODS, tmp_path / "evaluation")
    assert figure.dtype == np.uint8
    labels = figure[8:18]  # the rows of the labels' letters
    columns = labels.reshape(10, 6, -1, 3)
    inked = [(columns[:, n] < 100).any() for n in range(6)]
    assert inked == [n < len(names) + len(METHODS) for n in range(6)]


def test_a_missing_fused_picture_is_named(tmp_path):
    pair = write_evaluation(tmp_path, "AB", np.zeros((30, 30), np.uint8))
    (tmp_path / "evaluation/fused/best/x.png").unlink()
    with pytest.raises(BadInput, match=r"best/x\.png"):
        pair_montage(pair, METHODS, tmp_path / "evaluation")
