"""Fillers against the formulas of Caffe's filler.hpp."""

import numpy as np
import pytest

from twostream.caffe_files.schema import NetParameter
from twostream.errors import BadInput
from twostream.training.fillers import fill

SHAPE = (60, 20, 5, 5)
FAN_IN, FAN_OUT = 20 * 25, 60 * 25


def filler(**settings):
    param = NetParameter().layer.add().convolution_param.weight_filler
    for name, value in settings.items():
        setattr(param, name, getattr(param, value) if name == "variance_norm" else value)
    return param


def filled(rng, shape=SHAPE, **settings):
    values = fill(filler(**settings), shape, rng)
    assert values.shape == shape
    assert values.dtype == np.float32
    return values


def test_a_constant_is_the_default(rng):
    assert (filled(rng, value=0.25) == 0.25).all()
    assert (fill(NetParameter().layer.add().convolution_param.bias_filler, (3,), rng) == 0).all()


@pytest.mark.parametrize(
    ("norm", "fan"), [("FAN_IN", FAN_IN), ("FAN_OUT", FAN_OUT), ("AVERAGE", (FAN_IN + FAN_OUT) / 2)]
)
def test_scales_by_the_fan(rng, norm, fan):
    msra = filled(rng, type="msra", variance_norm=norm)
    assert abs(msra.mean()) < 0.02 * msra.std()
    np.testing.assert_allclose(msra.std(), np.sqrt(2 / fan), rtol=0.02)
    xavier = filled(rng, type="xavier", variance_norm=norm)
    limit = np.sqrt(3 / fan)
    assert 0.999 * limit < np.abs(xavier).max() <= limit * (1 + 1e-6)
    np.testing.assert_allclose(xavier.std(), limit / np.sqrt(3), rtol=0.02)


def test_the_other_fillers_and_an_unknown_one(rng):
    uniform = filled(rng, type="uniform", min=-1, max=3)
    assert -1 <= uniform.min() < -0.99 < 2.99 < uniform.max() <= 3
    gaussian = filled(rng, type="gaussian", mean=2, std=0.5)
    np.testing.assert_allclose([gaussian.mean(), gaussian.std()], [2, 0.5], rtol=0.02)
    sparse = filled(rng, type="gaussian", std=1, sparse=6)  # so many inputs of an output are left
    np.testing.assert_allclose((sparse != 0).mean(), 6 / SHAPE[0], rtol=0.05)
    ball = filled(rng, type="positive_unitball")
    assert ball.min() >= 0
    np.testing.assert_allclose(ball.sum(axis=(1, 2, 3)), 1, rtol=1e-5)
    with pytest.raises(BadInput, match="no filler 'he'"):
        fill(filler(type="he"), SHAPE, rng)


def test_bilinear_enlarges_by_interpolation(rng):
    kernel = filled(rng, (1, 1, 4, 4), type="bilinear")[0, 0]
    np.testing.assert_allclose(kernel, np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16)
