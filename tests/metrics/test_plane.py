"""Conversion of pictures to Planes: depth, colour, size and caching."""

import gc
import time
import weakref

import cv2
import numpy as np
import pytest

from twostream.errors import BadInput
from twostream.metrics import METRICS, Plane
from twostream.metrics.qabf import qabf

SIX = [name for name, metric in METRICS.items() if metric.column]


@pytest.fixture
def noise(rng):
    return [rng.integers(0, 256, (48, 48)).astype(np.uint8) for _ in range(3)]


def refusal(call, *arguments, **more):
    """The sentence with which a call is refused."""
    with pytest.raises(BadInput) as info:
        call(*arguments, **more)
    sentence = str(info.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_planes_score_as_arrays_do(noise):
    *sources, fused = noise
    planes, before = [Plane.of(source) for source in sources], np.copy(noise)
    for metric in METRICS.values():
        expected = metric(fused, sources, truth=sources[0])
        for _ in range(2):  # the second time, everything is cached
            assert metric(Plane.of(fused), planes, truth=planes[0]) == expected
    np.testing.assert_array_equal(noise, before)


def test_a_part_is_computed_once(noise):
    calls = []

    def part(plane, factor):
        calls.append(factor)
        return plane.values * factor

    plane = Plane.of(noise[0])
    assert plane.once(part, 2) is plane.once(part, 2)
    np.testing.assert_array_equal(plane.once(part, 3), noise[0] * 3.0)
    assert calls == [2, 3]


def test_sources_do_not_keep_fused_pictures(noise):
    *sources, fused = noise
    planes, fused = [Plane.of(source) for source in sources], Plane.of(fused)
    for metric in METRICS.values():
        metric(fused, planes, truth=planes[0])
    gone = weakref.ref(fused)
    del fused
    gc.collect()
    assert gone() is None


def test_luma_is_rounded_half_up_to_whole_levels():
    rgb = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (250, 125, 3)]
    # 0.299 R + 0.587 G + 0.114 B: 76.245, 149.685, 29.07, 255, 0, 148.467
    luma = [[76, 150, 29, 255, 0, 148]]
    image = np.array([rgb], np.uint8)
    np.testing.assert_array_equal(Plane.of(image).values, luma)
    np.testing.assert_array_equal(Plane.of(image.astype(np.uint16) * 257).values, luma)
    np.testing.assert_array_equal(Plane.of(image / 255).values, luma)
    np.testing.assert_array_equal(Plane.of(image / 51.0, data_range=5).values, luma)
    gray = np.arange(256, dtype=np.uint8)[None]
    for deep in (gray, gray.astype(np.uint16) * 257, gray / 255, (gray / 255).astype("float32")):
        np.testing.assert_array_equal(Plane.of(deep).values, gray)
    tie = np.array([[(0, 170, 15)]], np.uint8)  # 101.5
    np.testing.assert_array_equal(Plane.of(tie).values, [[102]])


def test_gray_in_three_channels_or_one_scores_as_gray(noise):
    *sources, fused = noise
    for name, metric in METRICS.items():
        expected = metric(fused, sources, truth=sources[0])
        if name.endswith("_rgb"):  # means over three channels may differ in the last digit
            expected = pytest.approx(expected, rel=1e-12)
        for shape in (lambda image: np.dstack([image] * 3), lambda image: image[..., None]):
            given = [shape(source) for source in sources]
            assert metric(shape(fused), given, truth=given[0]) == expected


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((4, 4), np.int64), "pixels of type int64"),
        (np.zeros((4, 4), bool), "pixels of type bool"),
        (np.zeros(4, np.uint8), "is 4;"),
        (np.zeros((4, 4, 4), np.uint8), "is 4 x 4 x 4;"),
        (np.zeros((0, 4), np.uint8), "is 0 x 4;"),
        (7.0, "is a number;"),
        (np.array([[0.5, np.nan]]), "nan"),
        (np.array([[0.5, np.inf]]), "0.5 to inf"),
        (np.array([[0.5, 1.1]]), "pixels of 0.5 to 1.1, outside of 0 to 1"),
        (np.array([[-0.1, 0.5]]), "pixels of -0.1 to 0.5, outside of 0 to 1"),
    ],
)
def test_invalid_pictures_are_refused(image, words):
    good = np.zeros((4, 4), np.uint8)
    for sentence, name in (
        (refusal(Plane.of, image), "The picture"),
        (refusal(qabf, [good, good], image), "The fused picture"),
        (refusal(qabf, [good, image], good), "Source 2"),
        (refusal(METRICS["psnr"], good, truth=image), "The truth"),
    ):
        assert sentence.startswith(f"{name} ")
        assert words in sentence


def test_sizes_must_agree():
    large, small = np.zeros((40, 48), np.uint8), np.zeros((40, 32), np.uint8)
    for metric in METRICS.values():
        if metric.compares_with == "truth":
            sentence = refusal(metric, small, truth=large)
            assert sentence == "The fused picture is 32x40 pixels but the truth is 48x40."
        if metric.compares_with == "sources":
            sentence = refusal(metric, large, [large, small])
            assert sentence == "The fused picture is 48x40 pixels but source 2 is 32x40."


@pytest.mark.parametrize(
    ("name", "side"),
    [(name, 3) for name in ("qabf", "qabf_hong", "qabf_petrovic_kumar")]
    + [(name + end, 8) for name in ("q", "qw", "qe") for end in ("", "_block8")]
    + [(name, 11) for name in ("q_ssim", "qw_ssim", "qe_ssim", "ssim")]
    + [("qy", 7), ("qcb", 31), ("qcv", 16)],
)
def test_pictures_smaller_than_the_window(name, side):
    metric = METRICS[name]
    for shape in ((side - 1, side + 8), (side + 8, side - 1), (1, 1)):
        image = np.zeros(shape, np.uint8)
        sentence = refusal(metric, image, [image, image], truth=image)
        size = f"{shape[1]}x{shape[0]}"
        assert sentence == f"A picture of {size} pixels is smaller than the {side}x{side} window."
    image = np.zeros((side, side), np.uint8)
    assert np.isfinite(metric(image, [image, image], truth=image))


def test_sources_must_be_as_many_as_the_definition_allows(noise):
    assert refusal(METRICS["qy"], noise[0], noise) == "Yang's Q_Y takes two sources, not 3."
    sentence = refusal(METRICS["mutual_information_nava"], noise[0], noise[:1])
    assert sentence == "Nava's mutual information takes two sources, not 1."
    assert "no source" in refusal(METRICS["qabf"], noise[0])
    image = np.full((1, 1), 7, np.uint8)  # levels, but no edges
    assert METRICS["entropy"](image) == METRICS["mutual_information"](image, [image, image]) == 0


def test_the_six_take_well_under_half_a_second():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (3, 512, 512)).astype(np.uint8)
    images = [cv2.GaussianBlur(image, (0, 0), 2) for image in noise]

    def seconds():
        start = time.process_time()
        *sources, fused = (Plane.of(image) for image in images)
        for name in SIX:
            METRICS[name](fused, sources)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.5  # about 0.1 s when nothing else runs
