import json

import numpy as np
import pytest
from real_caffe import run_in_caffe
from real_torch import require_torch
from small_nets import weights_of_scales

from twostream.caffe_files import prototxt
from twostream.caffe_files.blobs import learned_blobs, weight_shapes
from twostream.caffe_files.caffemodel import write_weights
from twostream.caffe_files.schema import TRAIN
from twostream.engines import load
from twostream.fusion.tiled_net import TiledNet
from twostream.nets import colour, decision, multiscale

IN_CAFFE = """
import json, sys
import numpy as np
from twostream.engines import load
net = load(sys.argv[1], sys.argv[2], "caffe")
print(json.dumps(net.forward(**np.load(sys.argv[3]))["fused"].tolist()))
"""


@pytest.fixture(scope="module", params=[multiscale, colour, decision])
def module(request):
    return request.param


@pytest.fixture(scope="module")
def files(tmp_path_factory, module):
    """Prototxt, caffemodel with random weights, and two pictures in a file."""
    root, rng = tmp_path_factory.mktemp("scales"), np.random.default_rng(0)
    net = module.deploy()
    (root / "net").write_text(prototxt.text(net))
    write_weights(root / "weights", net, weights_of_scales(net))
    channels = net.layer[0].input_param.shape[0].dim[1]
    pictures = {f"data_{x}": rng.random((1, channels, 40, 56), np.float32) for x in "ab"}
    np.savez(root / "pictures.npz", **pictures)
    return root


def forward(files, engine):
    net = load(files / "net", files / "weights", engine)
    return net.forward(**np.load(files / "pictures.npz"))["fused"]


@pytest.mark.caffe
@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_engines_agree_with_caffe(files, engine):
    if engine == "torch":
        require_torch()
    else:
        pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    paths = (files / name for name in ("net", "weights", "pictures.npz"))
    theirs = json.loads(run_in_caffe(IN_CAFFE, *paths))
    ours = forward(files, engine)
    assert np.ptp(ours) > 0.1
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)


def test_tiles_are_as_the_whole_picture(files, rng):
    net = TiledNet(files / "net", files / "weights", side=48)
    sources = list(rng.random((2, 200, 184, net.channels), np.float32))
    tiles = list(net.tiles((200, 184)))
    assert len(tiles) > 10
    whole = net.fuse(sources)
    for tile in tiles[::5]:
        piece = net.fuse([source[tile.outer] for source in sources])[tile.crop]
        np.testing.assert_allclose(piece, whole[tile.inner], rtol=0, atol=1e-5)


def test_streams_share_their_weights(module):
    places = learned_blobs(module.deploy())
    for name, blobs in places.items():
        if name.startswith(("conv", "half")):
            assert blobs == places[f"{name[:-1]}a"]
    assert places["join1a"] != places["join1b"]


def test_a_weight_of_one_copies_the_first_source(tmp_path, module, files):
    net = module.deploy()
    weights = {n: [np.zeros(s) for s in shapes] for n, shapes in weight_shapes(net).items()}
    weights["weight_of_a"][1][:] = 100
    write_weights(tmp_path / "weights", net, weights)
    pictures = dict(np.load(files / "pictures.npz"))
    fused = load(files / "net", tmp_path / "weights").forward(**pictures)["fused"]
    np.testing.assert_allclose(fused, pictures["data_a"], atol=1e-6)


def test_training_compares_with_the_clean_picture_relatively(module):
    net = module.train_val("patches", batch=4)
    train, *_, loss = net.layer
    assert train.include[0].phase == TRAIN
    assert train.hdf5_data_param.batch_size == 4
    assert list(train.top) == ["data_a", "data_b", "clean", "weight"]
    assert list(loss.bottom) == ["weighted_fused", "weighted_clean"]
