"""Comparison with reference implementations, pixel by pixel."""

import math

import numpy as np
import pytest

from benchmarks import metric_loops
from benchmarks.metric_loops import entropy, stretched
from twostream import metrics
from twostream.metrics import mutual_information, ncie, qcb, qcv, qy

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


def test_mutual_information_without_normalisation(images):
    a, b, f = (stretched(image) for image in images)
    shared = [entropy(x) + entropy(f) - entropy(x, f) for x in (a, b)]
    *sources, fused = images
    nats = mutual_information(sources, fused, variant="sum_nats")
    assert nats == pytest.approx(sum(shared) * math.log(2), abs=1e-12)
    bits = mutual_information(sources, fused, variant="sum_bits")
    clean = sum(entropy(x) + entropy(fused) - entropy(x, fused) for x in sources)
    assert bits == pytest.approx(clean, abs=1e-12)


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


def test_yang_takes_both_sources_where_they_agree():
    rng = np.random.default_rng(1)
    a = rng.integers(0, 256, (7, 7)).astype(np.uint8)  # one window
    tilt = np.exp(-((np.arange(7) - 3.0) ** 2) / 4.5)
    weights = np.outer(tilt, tilt) / np.outer(tilt, tilt).sum()

    def similarity(x, y):
        mx, my = (weights * x).sum(), (weights * y).sum()
        vx, vy = (weights * (x - mx) ** 2).sum(), (weights * (y - my) ** 2).sum()
        covariance = (weights * (x - mx) * (y - my)).sum()
        return 4 * mx * my * covariance / ((mx**2 + my**2) * (vx + vy)), vx

    near, far = (a * 0.9).astype(np.uint8), rng.integers(0, 256, (7, 7)).astype(np.uint8)
    fused = (a * 0.7).astype(np.uint8)
    for b, alike in ((near, True), (far, False)):
        assert (similarity(a, b)[0] >= 0.75) == alike
        (of_a, va), (of_b, vb) = similarity(a, fused), similarity(b, fused)
        both = (va * of_a + vb * of_b) / (va + vb)
        expected = both if alike else max(of_a, of_b)
        assert qy([a, b], fused) == pytest.approx(expected, abs=1e-9)


def test_yang_on_flat_windows():
    flat = [np.full((8, 8), level, np.uint8) for level in (200, 0, 100)]
    luminance = 2 * 200 * 100 / (200**2 + 100**2)
    assert qy(flat[:2], flat[2]) == pytest.approx(luminance**2, abs=1e-9)


def fourier(values, sensitivity, degrees):
    height, width = values.shape
    weight = np.empty(values.shape)
    for i in range(height):
        for j in range(width):
            cycles = (min(i, height - i), min(j, width - j))
            weight[i, j] = sensitivity(math.hypot(*cycles) / degrees)
    return np.fft.ifft2(np.fft.fft2(values) * weight).real


def test_chen_varshney_of_a_picture_that_is_no_multiple_of_16(rng):
    # From 0 to 255, so that nothing is stretched; the second block of each row is cut off.
    images = [rng.integers(0, 256, (16, 24)) for _ in range(3)]
    for image in images:
        image[0, :2] = 0, 255
    *sources, fused = images
    top = bottom = 0
    for source in sources:
        padded = np.pad(source, 1)
        rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
        columns = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
        strength = np.hypot(rows[:, 2:] - rows[:, :-2], columns[2:] - columns[:-2])
        seen = fourier(
            source - fused,
            lambda r: 2.6 * (0.0192 + 0.144 * r) * math.exp(-((0.144 * r) ** 1.1)),
            degrees=4,
        )
        for block in (slice(0, 16), slice(16, 24)):
            saliency = (strength[:, block] ** 5).sum()
            top += saliency * (seen[:, block] ** 2).sum() / 256
            bottom += saliency
    images = [image.astype(np.uint8) for image in images]
    assert qcv(images[:2], images[2]) == pytest.approx(top / bottom, rel=1e-10)


def test_chen_blum(rng):
    images = [rng.integers(0, 256, (31, 32)) for _ in range(3)]
    for image in images:
        image[0, :2] = 0, 255

    def masked(image):
        seen = fourier(
            image,
            lambda r: math.exp(-((r / 15.387) ** 2)) - 0.7622 * math.exp(-((r / 1.3456) ** 2)),
            degrees=15,
        )
        contrast = abs(blurred(seen, 2) / blurred(seen, 4) - 1)
        return contrast**3 / (contrast**2 + 1e-4)

    def blurred(seen, sigma):
        y, x = np.mgrid[-15:16, -15:16]
        kernel = np.exp(-(x * x + y * y) / (2 * sigma**2)) / (2 * math.pi * sigma**2)
        padded = np.pad(seen, 15)
        return np.array(
            [
                [(kernel * padded[y : y + 31, x : x + 31]).sum() for x in range(seen.shape[1])]
                for y in range(seen.shape[0])
            ]
        )

    a, b, f = (masked(image) for image in images)
    kept = [np.minimum(x, f) / np.maximum(x, f) for x in (a, b)]
    expected = ((a**2 * kept[0] + b**2 * kept[1]) / (a**2 + b**2)).mean()
    images = [image.astype(np.uint8) for image in images]
    assert qcb(images[:2], images[2]) == pytest.approx(expected, abs=1e-8)
