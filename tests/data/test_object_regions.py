import hashlib

import cv2
import numpy as np
import pytest
from PIL import Image

from twostream.data.object_regions import object_region, random_region
from twostream.data.photograph import Photograph
from twostream.errors import BadInput

SHAPE = (60, 80)


def region_of(seed=0, shape=SHAPE, **annotation):
    return object_region(Photograph("a", "a.png", **annotation), shape, np.random.default_rng(seed))


def random_of(seed=0, shape=SHAPE):
    return random_region(shape, np.random.default_rng(seed))


def write_mask(path, pixels):
    assert cv2.imwrite(str(path), pixels)
    return str(path)


def test_mask_is_what_lies_above_127(tmp_path):
    mask = np.zeros(SHAPE, np.uint8)
    mask[10:20, 30:50], mask[30:40, 5:9] = 128, 127
    Image.fromarray(mask == 128).save(tmp_path / "bits.png")
    for path in (write_mask(tmp_path / "mask.png", mask), str(tmp_path / "bits.png")):
        region = region_of(mask=path)
        assert region.dtype == bool
        assert np.array_equal(region, mask == 128)


@pytest.mark.parametrize("mode", ["P", "L"])
def test_labels_are_palette_indices(tmp_path, mode):
    labels = np.zeros(SHAPE, np.uint8)
    labels[5:25, 5:25], labels[25:45, 5:25], labels[5:25, 40:70] = 1, 255, 20
    picture = Image.fromarray(labels)
    if mode == "P":  # a palette whose colours are far from the indices
        picture.putpalette([(255 - value) % 256 for value in range(256) for _ in range(3)])
    picture.save(tmp_path / "labels.png")
    region = region_of(mask=str(tmp_path / "labels.png"), mask_labels=tuple(range(1, 21)))
    assert np.array_equal(region, (labels == 1) | (labels == 20))


@pytest.mark.parametrize("labels", [(), (1, 2)])
def test_bad_masks_are_refused(tmp_path, labels):
    write_mask(tmp_path / "small.png", np.ones((59, 80), np.uint8))
    write_mask(tmp_path / "colour.png", np.ones((*SHAPE, 3), np.uint8))
    (tmp_path / "text.png").write_text("no mask")
    sentences = {"small.png": r"small\.png is 80x59 pixels, its photograph 80x60\."}
    if labels:
        sentences["colour.png"] = r"colour\.png is not a label picture"
    for name in (*sentences, "text.png", "absent.png"):
        with pytest.raises(BadInput, match=sentences.get(name, name)):
            region_of(mask=str(tmp_path / name), mask_labels=labels)


def test_polygons_are_joined_and_may_leave_the_picture():
    square, overlapping = (10, 10, 40, 10, 40, 40, 10, 40), (30, 30, 60, 30, 60, 50, 30, 50)
    expected = np.zeros(SHAPE, bool)
    expected[10:41, 10:41] = expected[30:51, 30:61] = True
    assert np.array_equal(region_of(polygons=(square, overlapping)), expected)
    region = region_of(polygons=((-20, -20, 40.2, -20, 40.2, 200, -20, 200),))
    assert np.array_equal(region, np.tile(np.arange(80) <= 40, (60, 1)))


def test_ellipse_fills_its_box():
    region = region_of(boxes=((10, 20, 50, 50),))
    rows, columns = np.nonzero(region)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 49, 10, 49)
    assert region.sum() == pytest.approx(np.pi * 20 * 15, rel=0.01)
    assert np.array_equal(region[20:50, 10:50], region[20:50, 10:50][::-1, ::-1])


def test_box_is_chosen_among_those_of_middling_size_or_is_the_largest():
    tiny, whole = (1, 1, 3, 3), (-5, -5, 90, 70)
    left, right = (5, 5, 30, 50), (50, 5, 75, 50)
    chosen = {region_of(n, boxes=(tiny, left, whole, right)).tobytes() for n in range(30)}
    assert chosen == {region_of(boxes=(box,)).tobytes() for box in (left, right)}
    for seed in range(5):
        assert region_of(seed, boxes=(tiny, whole)).mean() == pytest.approx(np.pi / 4, abs=0.01)


def test_a_random_region_serves_where_there_is_no_object(tmp_path):
    flat = [write_mask(tmp_path / f"{n}.png", np.full(SHAPE, n, np.uint8)) for n in (0, 255)]
    for annotation in ({}, {"boxes": ((90, 5, 95, 5),)}, *({"mask": path} for path in flat)):
        assert np.array_equal(region_of(seed=7, **annotation), random_of(seed=7))


@pytest.mark.parametrize("shape", [(60, 80), (200, 50), (50, 50)])
def test_random_region_has_a_share_in_bounds(shape):
    shares = np.array([random_of(seed, shape).mean() for seed in range(200)])
    assert shares.min() >= 0.1
    assert shares.max() <= 0.6 + 1 / (shape[0] * shape[1])
    assert shares.std() > 0.1  # uniform over 0.5 has 0.144


def test_random_region_is_smooth():
    for seed in range(20):
        region = random_of(seed, (300, 400)).astype(np.uint8)
        assert cv2.connectedComponents(region)[0] - 1 <= 12
        opened = cv2.morphologyEx(region, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        assert (opened != region).mean() < 0.01


def test_random_region_is_the_same_in_every_version():
    # Digest of the shape as made with numpy 1.19.5 (Python 3.9) and 2.4.6 (Python 3.11).
    region = random_of(20180512, (333, 500))
    digest = hashlib.sha256(np.packbits(region).tobytes()).hexdigest()
    assert digest.startswith("0876258e51e6117a")
    assert not np.array_equal(region, random_of(20180513, (333, 500)))
