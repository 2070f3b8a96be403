import numpy as np
import pytest

from twostream.methods.steerable_pyramid import decompose, reconstruct


@pytest.mark.parametrize(
    ("shape", "levels", "bands"),
    [((64, 96), 4, 1), ((48, 16), 4, 2), ((32, 32), 1, 3), ((64, 96), 4, 4), ((48, 16), 4, 6)],
)
def test_reconstruction_is_perfect(rng, shape, levels, bands):
    plane = rng.normal(size=shape)
    coefficients = decompose(plane, levels, bands)
    np.testing.assert_allclose(reconstruct(coefficients, bands), plane, rtol=0, atol=1e-12)
    # The frame is tight: coefficients count four times more on each coarser level.
    energy = sum((c**2).sum() * (plane.size / c.size) for c in coefficients)
    assert energy == pytest.approx((plane**2).sum(), rel=1e-12)
    sizes = [tuple(side // 2**k for side in shape) for k in range(levels) for _ in range(bands)]
    assert [c.shape for c in coefficients[1:-1]] == sizes


@pytest.mark.parametrize("band", range(4))
def test_band_responds_to_its_orientation(band):
    y, x = np.mgrid[:64, :64]
    angle = np.pi * band / 4
    # 12 cycles: in the middle of the finest level's octaves.
    cycles = np.round(12 * np.array([np.cos(angle), np.sin(angle)]))
    wave = np.sin(2 * np.pi * (cycles[0] * x + cycles[1] * y) / 64)
    energies = [(c**2).sum() for c in decompose(wave, 1, 4)[1:5]]
    assert np.argmax(energies) == band
    across = energies[(band + 2) % 4]
    assert across < 1e-3 * energies[band]
