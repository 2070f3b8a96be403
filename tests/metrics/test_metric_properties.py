"""Properties for all pictures: identity, symmetry, ranges, no warnings, no NaN."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twostream.metrics import METRICS

pytestmark = pytest.mark.filterwarnings("error")

OF_SOURCES = [name for name, metric in METRICS.items() if metric.compares_with == "sources"]

# Least side of a picture for each metric.
SMALLEST = {
    **dict.fromkeys(OF_SOURCES, 1),
    **{name: 3 for name in OF_SOURCES if name.startswith("qabf")},
    **dict.fromkeys(["q", "qw", "qe", "q_block8", "qw_block8", "qe_block8"], 8),
    **dict.fromkeys(["q_ssim", "qw_ssim", "qe_ssim"], 11),
    **{"qy": 7, "qcb": 31, "qcv": 16, "viff": 41, "qp": 11},
    **dict.fromkeys(["fmi", "fmi_pixel", "n_abf", "n_abf_unit"], 3),
}

# Scores if both sources and the fused picture are the same picture.
IDENTITY = {
    "qabf": 0.974793625,  # qabf_xp2000_liu of the golden cases syn_ident and syn_const
    "qabf_zhengliu": 0.9866590924,
    **dict.fromkeys(["q", "qw", "qe", "q_ssim", "qw_ssim", "qe_ssim", "qy", "qcb"], 1),
    **dict.fromkeys(["fmi", "fmi_pixel"], 1),
    **dict.fromkeys(["qcv", "n_abf", "n_abf_unit"], 0),
}

TWO_ONLY, ORDER_MATTERS = ("qy", "mutual_information_nava", "scd"), {"viff"}


# Metrics that do not change if the same source is given twice.
MEANS = ("qa", "q", "qw", "qe", "qc", "qp", "q_", "vi", "fm", "n_")
MEANS_OVER_SOURCES = [name for name in OF_SOURCES if name[:2] in MEANS]


KINDS = ["noise", "constant", "black", "halves", "one pixel", "saturated", "ramp"]


def picture(rng, kind, shape):
    """Pictures of kinds that are difficult for metrics."""
    level = int(rng.integers(256))
    image = np.full(shape, level, np.uint8)
    if kind == "noise":
        return rng.integers(0, 256, shape, dtype=np.uint8)
    if kind == "halves":
        image[:, shape[1] // 2 :] = rng.integers(256)
    if kind == "one pixel":
        image[rng.integers(shape[0]), rng.integers(shape[1])] ^= 1
    if kind == "saturated":
        return rng.integers(253, 256, shape, dtype=np.uint8)
    if kind == "ramp":
        return np.minimum(np.add.outer(*map(np.arange, shape)) * 5, 255).astype(np.uint8)
    if kind == "black":
        image[:] = 0
    return image


@st.composite
def pictures(draw, count, smallest, multiple=1):
    """Several pictures of the same size."""
    side = st.integers(smallest, smallest + 9)
    shape = tuple(-(-draw(side) // multiple) * multiple for _ in range(2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = st.sampled_from(KINDS)
    return [picture(rng, draw(kinds), shape) for _ in range(count)]


def pictures_for(name, count):
    return pictures(count, SMALLEST[name], multiple=8 if name.endswith("block8") else 1)


def for_every(*names, examples=25):
    """Give a test the name of a metric, and data."""

    def marked(test):
        given_data = settings(max_examples=examples, deadline=None, derandomize=True)(
            given(data=st.data())(test)
        )
        return pytest.mark.parametrize("name", names)(given_data)

    return marked


@for_every(*OF_SOURCES)
def test_range(name, data):
    """Of 8-bit pictures, and of floats that are no whole levels."""
    images, metric = data.draw(pictures_for(name, 3)), METRICS[name]
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    floats = [np.clip(i / 255 + rng.normal(0, 1e-3, i.shape), 0, 1) for i in images]
    for *sources, fused in (images, floats):
        value = metric(fused, sources)
        assert isinstance(value, float)
        assert math.isfinite(value)
        assert metric.low - 1e-9 <= value <= metric.high + 1e-9


@for_every(*OF_SOURCES)
def test_order_of_sources_does_not_matter(name, data):
    count = 2 if name in TWO_ONLY else data.draw(st.integers(2, 3))
    *sources, fused = data.draw(pictures_for(name, count + 1))
    if name in ORDER_MATTERS:
        pytest.skip("the last of two sources that are kept alike counts")
    values = [METRICS[name](fused, order) for order in itertools.permutations(sources)]
    np.testing.assert_allclose(values, values[0], rtol=1e-9, atol=1e-9)


def textured_blocks(image):
    """Whether each block of 8x8 pixels has any texture."""
    blocks = image.reshape(image.shape[0] // 8, 8, -1, 8).swapaxes(1, 2).reshape(-1, 64)
    return np.ptp(blocks, axis=1) > 0


# What a picture that is both sources and the fused picture gets, by what it shows.
IDENTITY_OF_A_PICTURE = {
    "mutual_information": lambda image: 2 if np.ptp(image) else 0,
    "mutual_information_sum_bits": lambda image: 2 * METRICS["entropy"](image),
    "q_block8": lambda image: textured_blocks(image).mean(),
    "qw_block8": lambda image: float(textured_blocks(image).any()),
}


@for_every(*IDENTITY, *IDENTITY_OF_A_PICTURE)
def test_identity(name, data):
    (image,) = data.draw(pictures_for(name, 1))
    expected = IDENTITY[name] if name in IDENTITY else IDENTITY_OF_A_PICTURE[name](image)
    assert METRICS[name](image, [image, image]) == pytest.approx(expected, abs=1e-9)


@for_every(*MEANS_OVER_SOURCES, examples=15)
def test_a_source_given_twice_counts_once(name, data):
    source, fused = data.draw(pictures_for(name, 2))
    once = METRICS[name](fused, [source])
    assert METRICS[name](fused, [source, source]) == pytest.approx(once, rel=1e-9, abs=1e-9)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(data=st.data())
def test_metrics_against_a_truth(data):
    truth, fused = data.draw(pictures(2, 11))
    same = bool((truth == fused).all())
    assert METRICS["psnr"](fused, truth=truth) >= 0
    assert math.isinf(METRICS["psnr"](fused, truth=truth)) == same
    assert METRICS["psnr"](truth, truth=fused) == METRICS["psnr"](fused, truth=truth)
    assert -1 <= METRICS["ssim"](fused, truth=truth) <= 1 + 1e-12
    assert METRICS["ssim"](truth, truth=truth) == pytest.approx(1, abs=1e-12)
    value = METRICS["entropy"](fused)
    assert 0 <= value <= min(8, math.log2(fused.size)) + 1e-12
    assert (value == 0) == (np.ptp(fused) == 0)
