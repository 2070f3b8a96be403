"""Comparison with the loops of the benchmark, and cases that no public value covers."""

import numpy as np
import pytest

from benchmarks import metric_loops
from benchmarks.metric_loops import entropy
from twostream import metrics
from twostream.metrics import mutual_information, ncie, qy

HEIGHT, WIDTH = 13, 17


@pytest.fixture
def images():
    rng = np.random.default_rng(3)
    a, b, fused = (rng.integers(0, 256, (HEIGHT, WIDTH)) for _ in range(3))
    a[:9, :9] = b[:9, :9] = 50  # flat windows, and ties of angle and strength
    fused[:9, :9] = 60
    fused[10:, 10:] = a[10:, 10:]
    return [image.astype(np.uint8) for image in (a, b, fused)]


@pytest.mark.parametrize(
    ("name", "within"),
    [("mutual_information", 1e-12), ("qabf", 1e-12), ("q", 1e-10), ("qw", 1e-10), ("qe", 1e-10)],
)
def test_metrics_of_the_paper(images, name, within):
    *sources, fused = images
    expected = getattr(metric_loops, name)(sources, fused)
    assert getattr(metrics, name)(sources, fused) == pytest.approx(expected, abs=within)


def test_saturation_shows_only_in_its_record(rng):
    a = rng.integers(250, 256, (20, 20)).astype(np.uint8)
    b = np.minimum(a, 253)
    clean, saturated = ("sum_bits", "sum_bits_uint8")
    assert mutual_information([a, a], a, clean) == pytest.approx(2 * entropy(a), abs=1e-12)
    merged = 2 * (2 * entropy(a) - entropy(np.minimum(a, 254)))
    assert mutual_information([a, a], a, saturated) == pytest.approx(merged, abs=1e-12)
    assert mutual_information([b, b], b, saturated) == mutual_information([b, b], b, clean)


def test_ncie_of_three_sources(rng):
    images = [rng.integers(0, 256, (9, 9)) // 64 * 85 for _ in range(4)]  # of range 0..255
    matrix = [
        [1 if x is y else (entropy(x) + entropy(y) - entropy(x, y)) / 8 for x in images]
        for y in images
    ]
    share = np.linalg.eigvals(matrix) / 4
    expected = 1 + (share * np.log(share) / np.log(256)).sum()
    images = [image.astype(np.uint8) for image in images]
    assert ncie(images[:3], images[3]) == pytest.approx(expected, abs=1e-12)


def test_yang_on_flat_windows():
    flat = [np.full((8, 8), level, np.uint8) for level in (200, 0, 100)]
    luminance = 2 * 200 * 100 / (200**2 + 100**2)
    assert qy(flat[:2], flat[2]) == pytest.approx(luminance**2, abs=1e-9)
