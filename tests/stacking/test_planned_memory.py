"""The estimate of the peak memory; `test_memory.py` measures it."""

import numpy as np
import pytest

from twostream.alignment.registered import RegisteredFrames
from twostream.caffe_files.blobs import blob_bytes
from twostream.caffe_files.prototxt import read_net
from twostream.errors import BadInput
from twostream.fusion.frames import Frames
from twostream.methods import method, select, two_stream
from twostream.nets.pretrained import files_of
from twostream.stacking.memory import fitted, peak
from twostream.stacking.options import StackOptions

SHAPE = (4000, 6000, 3)
PLAIN = StackOptions(advice=False)


def frames(count=2, shift=0, **how):
    """Frames of 16 bits that take no memory."""
    one = np.broadcast_to(np.zeros(1, np.uint16), SHAPE)
    moved = np.array([[1, 0, shift], [0, 1, 0], [0, 0, 1.0]])
    return RegisteredFrames(Frames([one] * count), [np.eye(3)] * (count - 1) + [moved], **how)


def test_bytes_of_blobs_count_those_in_place_once():
    """The paper's net, 64 filters: two inputs, conv1 and conv2 of both, and what joins them."""
    net = read_net(files_of("two_stream")[0])
    shapes = 2 * (1 + 64 + 64) + 128 + 64 + 64 + 1
    assert blob_bytes(net, (10, 20)) == 4 * 10 * 20 * shapes
    assert net.layer[0].input_param.shape[0].dim[2] != 10


def test_nets_take_more_for_larger_tiles_until_they_are_as_large_as_the_image():
    for module in (select, two_stream):
        assert module.tile_bytes(SHAPE, 128) < module.tile_bytes(SHAPE, 512)
        assert module.tile_bytes((50, 40, 3), 128) == module.tile_bytes((50, 40, 3), 512)
    assert select.tile_bytes(SHAPE, 512, "multiscale") > select.tile_bytes(SHAPE, 512)


def test_more_work_takes_memory_and_a_longer_stack_does_not():
    plain = peak(frames(), 0, PLAIN)
    for changed in (frames(shift=3), frames(gains=[[1, 1, 1], [2, 2, 2]])):
        assert peak(changed, 0, PLAIN) > plain
    for name in ("confidence", "depth"):
        assert peak(frames(), 0, StackOptions(maps=(name,), advice=False)) > plain
    assert peak(frames(20), 0, PLAIN) == peak(frames(200), 0, PLAIN)


def test_tiles_grow_with_the_limit_and_too_little_names_the_least():
    def fit(limit):
        return fitted(frames(), method("select"), {}, StackOptions(memory=limit))

    small, large = fit("1100MB"), fit("2GB")
    assert 64 <= small["tile"] <= large["tile"] == 512
    assert small["threads"] <= large["threads"]
    with pytest.raises(BadInput, match=r"take at least (\d+)MB .* allows 300MB\.$") as refused:
        fit("300MB")
    assert fit(str(refused.value).split()[8])["tile"] <= 128
