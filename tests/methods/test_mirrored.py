import numpy as np
import pytest

from twostream.methods.mirrored import mirrored_tiles


class Box:
    """A fake net: the sum of both planes without their outermost pixels."""

    inputs = ("left", "right")

    def forward(self, left, right):
        self.shape = left.shape
        return {"sum": (left + right)[..., 2:-2, 2:-2]}


@pytest.mark.parametrize("side", [4, 64])
@pytest.mark.parametrize("shape", [(9, 14), (1, 1), (8, 8)])
def test_tiles_make_the_whole_picture(rng, side, shape):
    planes = rng.random((2, *shape))
    filled = [length + length % 2 for length in shape]
    whole = np.full(filled, np.nan)
    for inner, outputs in mirrored_tiles(Box(), planes, 2, side, step=2):
        whole[inner] = outputs["sum"][0, 0]
    np.testing.assert_array_equal(whole[: shape[0], : shape[1]], planes.sum(axis=0))
    assert np.isfinite(whole).all()


def test_the_margin_is_mirrored(rng):
    plane = rng.random((5, 6))

    class Whole:
        inputs = ("data",)

        def forward(self, data):
            return {"data": data}

    ((inner, outputs),) = mirrored_tiles(Whole(), [plane], 3)
    assert inner == (slice(0, 5), slice(0, 6))
    np.testing.assert_array_equal(outputs["data"][0, 0], np.pad(plane, 3, mode="symmetric"))


def test_tiles_bound_what_the_net_sees(rng):
    net = Box()
    for _ in mirrored_tiles(net, rng.random((2, 30, 30)), 2, side=8):
        assert max(net.shape) <= 8 + 2 * 2
