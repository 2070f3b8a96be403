import numpy as np
import pytest

from twostream import BadInput
from twostream.methods.contourlet import wedges


@pytest.mark.parametrize(
    ("shape", "level", "directions"),
    [
        ((64, 64), 0, 2),
        ((45, 60), 1, 4),
        ((32, 75), 3, 8),
        ((64, 64), 0, 16),
        ((45, 60), 1, 32),
        ((32, 75), 3, 32),
    ],
)
def test_filters_reconstruct_perfectly(shape, level, directions):
    pairs = list(wedges(shape, level, directions))
    assert len(pairs) == directions
    whole = sum(analysis * synthesis for analysis, synthesis in pairs)
    np.testing.assert_allclose(whole, 1, rtol=0, atol=1e-12)


@pytest.mark.parametrize("directions", [2, 4, 8, 16, 32])
def test_filter_responds_most_to_waves_of_its_direction(directions):
    size = 256
    responses = [np.abs(a * s) for a, s in wedges((size, size), 0, directions)]
    half = directions // 2
    middles = -1 + (2 * np.arange(half) + 1) / half
    for steep, radius in ((True, 64), (True, 96), (False, 64), (False, 96)):
        for middle in middles:
            along, across = radius, round(middle * radius)
            # The spectra have only x >= 0; the opposite frequencies are conjugates.
            y, x = (along, across) if steep else (across, along)
            y, x = (y, x) if x >= 0 else (-y, -x)
            strongest = np.argmax([response[y, x] for response in responses])
            assert strongest == _place(middle, half) + (0 if steep else half)


def _place(slope, count):
    """Index of the wedge of this slope in the tree: each cut yields the upper half first."""
    return count - 1 - int((slope + 1) / 2 * count)


def test_fans_are_those_of_vetterli_and_kovacevic():
    steep, flat = (np.fft.irfft2(a, (16, 16)) for a, _ in wedges((16, 16), 0, 2))
    steep = np.roll(steep, (2, 2), (0, 1))[:5, :5]
    fan = [[0, -1, 0], [1, 4, 1], [0, -1, 0]]
    np.testing.assert_allclose(8 * steep[1:4, 1:4], fan, rtol=0, atol=1e-14)
    # [-1 -2 6 -2 -1] / 8 by the 3 x 3 diamond, turned into a fan.
    assert [flat[0, 0], flat[0, 1], flat[1, 0]] == pytest.approx([7 / 8, -1 / 8, 1 / 8])
    for directions in (0, 1, 3, 12, -4):
        with pytest.raises(BadInput, match=f"2, 4, 8, ... directions, not {directions}"):
            list(wedges((32, 32), 0, directions))
