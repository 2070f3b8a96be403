import numpy as np
import pytest

from twostream.methods.shearlet import shear_filters, shears


@pytest.mark.parametrize(("size", "directions"), [(8, 2), (16, 8), (32, 10), (8, 16), (32, 16)])
def test_filters_add_up_to_the_unit_impulse(size, directions):
    whole = shear_filters(size, directions).sum(axis=0)
    impulse = np.zeros((size, size))
    impulse[size // 2, size // 2] = 1
    np.testing.assert_allclose(whole, impulse, rtol=0, atol=1e-14)


@pytest.mark.parametrize("shape", [(64, 64), (45, 60), (32, 75)])
def test_responses_add_up_to_one(shape):
    analyses, syntheses = zip(*shears(shape, 16, 8))
    np.testing.assert_allclose(sum(analyses), 1, rtol=0, atol=1e-12)
    assert set(syntheses) == {1.0}
    impulse = np.fft.irfft2(next(shears((50, 60), 16, 8))[0], (50, 60))  # of small support
    assert np.abs(impulse[8:-8]).max() < 1e-15
    assert np.abs(impulse[:, 8:-8]).max() < 1e-15
    assert np.abs(impulse).max() > 0.01


@pytest.mark.parametrize("directions", [8, 16])
def test_filter_passes_waves_of_its_direction(directions):
    size = 64
    spectra = np.fft.fft2(np.fft.ifftshift(shear_filters(size, directions), axes=(1, 2))).real
    half = directions // 2
    for place in range(directions):
        slope = -1 + (2 * (place % half) + 1) / half
        along, across = 16, round(16 * slope)
        y, x = (along, across) if place < half else (-across, along)
        np.testing.assert_allclose(spectra[:, y, x], np.eye(directions)[place], atol=1e-12)
