from threading import Barrier, get_ident

import numpy as np
import pytest
from real_torch import require_torch

from twostream import BadInput
from twostream.caffe_files.blobs import weight_shapes
from twostream.caffe_files.caffemodel import write_weights
from twostream.caffe_files.prototxt import read_net
from twostream.fusion.tiled_net import TiledNet
from twostream.nets.pretrained import files_of

INPUTS = "".join(
    f'layer {{ name: "{name}" type: "Input" top: "{name}" '
    "input_param { shape { dim: [1, 1, 8, 8] } } }\n"
    for name in ("data_a", "data_b")
)
HALVED = """
layer { name: "concat" type: "Concat" bottom: "data_a" bottom: "data_b" top: "concat" }
layer { name: "pool" type: "Pooling" bottom: "concat" top: "pool" pooling_param { SETTINGS } }
layer { name: "conv" type: "Convolution" bottom: "pool" top: "conv" convolution_param {
  num_output: 3 kernel_size: 3 pad: 1 } }
layer { name: "soft" type: "Softmax" bottom: "conv" top: "soft" }
layer { name: "sum" type: "Eltwise" bottom: "conv" bottom: "soft" top: "sum" }
layer { name: "relu" type: "ReLU" bottom: "sum" top: "sum" }
layer { name: "full" type: "Deconvolution" bottom: "sum" top: "fused" convolution_param {
  num_output: 1 kernel_size: 4 stride: 2 pad: 1 } }
"""
POOLINGS = {
    "2x2": "kernel_size: 2 stride: 2",
    "rounded up": "kernel_size: 3 stride: 2",
    "mean": "pool: AVE kernel_size: 3 stride: 2",
    "unequal sides": "kernel_h: 2 kernel_w: 3 stride: 2",
}
PADDED = {
    "padded mean": "pool: AVE kernel_size: 6 stride: 2 pad: 2",
    "a row too many": "kernel_size: 7 stride: 2 pad: 3",
    "padded columns": "kernel_h: 2 kernel_w: 8 pad_h: 0 pad_w: 3 stride: 2",
}


def write_files(folder, layers, rng):
    """Write a net and random weights; return the two paths."""
    prototxt, caffemodel = folder / "deploy.prototxt", folder / "net.caffemodel"
    prototxt.write_text(INPUTS + layers)
    net = read_net(prototxt)
    shapes = weight_shapes(net)
    weights = {name: [rng.normal(0, 0.3, shape) for shape in shapes[name]] for name in shapes}
    write_weights(caffemodel, net, weights)
    return prototxt, caffemodel


def fuse_by_tiles(files, sources, engine, side):
    net = TiledNet(*files, engine, side)
    fused = np.empty_like(sources[0])
    for tile in net.tiles(fused.shape[:2]):
        fused[tile.inner] = net.fuse([source[tile.outer] for source in sources])[tile.crop]
    return fused


def assert_tiles_agree(files, rng, engine="auto"):
    sources = rng.random((2, 37, 50, 1), dtype=np.float32)
    whole, tiled = (fuse_by_tiles(files, sources, engine, side) for side in (1000, 8))
    assert np.ptp(whole) > 0.1
    np.testing.assert_allclose(tiled, whole, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", [*POOLINGS, *PADDED])
def test_tiles_of_a_pooling_net_agree_with_the_whole_picture(tmp_path, rng, name):
    """Padded by PyTorch, for ONNX has no counterpart to Caffe's padding of a Pooling."""
    if name in PADDED:
        require_torch()
    settings = {**POOLINGS, **PADDED}[name]
    files = write_files(tmp_path, HALVED.replace("SETTINGS", settings), rng)
    assert_tiles_agree(files, rng, "torch" if name in PADDED else "auto")


def test_layers_of_the_training_are_no_part_of_a_tiled_net(tmp_path, rng):
    files = write_files(tmp_path, HALVED.replace("SETTINGS", POOLINGS["2x2"]), rng)
    drop = 'name: "drop" type: "Dropout" bottom: "fused" top: "fused" include { phase: TRAIN }'
    files[0].write_text(f"{files[0].read_text()} layer {{ {drop} }}")
    assert_tiles_agree(files, rng)


def test_net_that_shrinks_its_pictures_is_bad_input(tmp_path, rng):
    files = write_files(tmp_path, HALVED.replace("SETTINGS", "kernel_size: 7 stride: 2"), rng)
    with pytest.raises(BadInput, match=r"^The net's output is smaller than its input"):
        fuse_by_tiles(files, rng.random((2, 16, 16, 1), dtype=np.float32), "auto", 16)


def test_a_gray_picture_is_each_channel_of_a_colour_net(rng):
    net = TiledNet(*files_of("colour"))
    gray = list(rng.random((2, 24, 32, 1), np.float32))
    thrice = net.fuse([np.repeat(plane, 3, axis=2) for plane in gray])
    assert np.ptp(thrice, axis=2).max() > 0
    np.testing.assert_allclose(net.fuse(gray)[..., 0], thrice.mean(axis=2), atol=1e-6)


def test_turning_the_sources_turns_the_result_of_both_ways(rng):
    net = TiledNet(*files_of("colour"))
    sources = list(rng.random((2, 24, 32, 3), np.float32))
    both = net.fuse_both_ways(sources)
    turned = net.fuse_both_ways([source[::-1, ::-1] for source in sources])
    np.testing.assert_allclose(turned[::-1, ::-1], both, atol=1e-6)
    one, other = net.fuse(sources), 2 * both - net.fuse(sources)
    assert 0.01 < abs(one - other).mean() / abs(both).mean() < 0.5


def test_pieces_are_worked_on_by_several_threads_in_their_order():
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    net, both = TiledNet(*files_of("fast"), engine="onnx", threads=2), Barrier(2, timeout=60)

    def work(piece):
        both.wait()  # only goes on when two are here
        return piece, get_ident()

    found, threads = zip(*net.each(work, range(6)))
    assert found == tuple(range(6))
    assert len(set(threads)) == 2


def test_an_engine_that_cannot_do_so_works_on_one_piece_at_a_time():
    net = TiledNet(*files_of("fast"), engine=require_torch() or "torch")
    assert list(net.each(lambda _: get_ident(), range(3))) == [get_ident()] * 3
