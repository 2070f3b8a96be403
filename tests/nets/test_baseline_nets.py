import json

import numpy as np
import pytest
from real_caffe import run_in_caffe

from paper.as_convolutions import as_convolutions
from twostream.caffe_files import blobs, prototxt
from twostream.caffe_files.caffemodel import read_weights, write_weights
from twostream.engines import load
from twostream.errors import BadInput
from twostream.nets import cnn, srcnn

# Both nets on random pictures; prints the blobs that the engines here are compared with.
IN_CAFFE = """
import json, sys
import caffe, numpy as np
net = caffe.Net(sys.argv[1], caffe.TEST, weights=sys.argv[2])
for name, array in np.load(sys.argv[3]).items():
    net.blobs[name].reshape(*array.shape)
    net.blobs[name].data[...] = array
net.reshape()
print(json.dumps({name: blob.tolist() for name, blob in net.forward().items()}))
"""


def random_weights(net, rng):
    return {
        name: [rng.normal(0, np.sqrt(2 / max(1, np.prod(s[1:]))), s).astype("f") for s in shapes]
        for name, shapes in blobs.weight_shapes(net).items()
    }


@pytest.mark.caffe
@pytest.mark.parametrize(
    ("net", "inputs"), [(cnn.deploy(), ["data_a", "data_b"]), (srcnn.deploy(), ["data"])]
)
def test_engines_agree_with_real_caffe(tmp_path, rng, net, inputs):
    pytest.importorskip("onnxruntime", reason="ONNX Runtime needs a newer Python")
    weights = random_weights(net, rng)
    if net.name == "cnn":  # Siamese: the second branch has the first one's weights
        weights.update({f"conv{n}_b": weights[f"conv{n}_a"] for n in (1, 2, 3)})
    deploy, caffemodel, arrays = (tmp_path / name for name in ("d.prototxt", "w", "in.npz"))
    deploy.write_text(prototxt.text(net))
    write_weights(caffemodel, net, weights)
    pictures = {name: rng.random((1, 1, 22, 30)).astype(np.float32) for name in inputs}
    np.savez(arrays, **pictures)
    theirs = json.loads(run_in_caffe(IN_CAFFE, deploy, caffemodel, arrays))
    ours = load(deploy, caffemodel, "onnx").forward(**pictures)
    assert theirs.keys() == ours.keys()
    for name, blob in ours.items():
        np.testing.assert_allclose(blob, theirs[name], rtol=0, atol=2e-5)  # 2e-6 was measured


def test_scores_lie_at_every_second_pixel(tmp_path, rng):
    """Scores do not depend on pixels beyond the reach of the convolutions."""
    net = cnn.deploy()
    (tmp_path / "net").write_text(prototxt.text(net))
    write_weights(tmp_path / "w", net, random_weights(net, rng))
    engine = load(tmp_path / "net", tmp_path / "w")
    a, b = rng.random((2, 1, 1, 40, 48)).astype(np.float32)
    whole = engine.forward(data_a=a, data_b=b)["focus"]
    assert whole.shape == (1, 2, (40 - 16) // 2 + 1, (48 - 16) // 2 + 1)
    piece = engine.forward(data_a=a[..., 6:30, 8:32], data_b=b[..., 6:30, 8:32])["focus"]
    np.testing.assert_allclose(piece[0, 1, 2, 2], whole[0, 1, 5, 6], atol=1e-5)
    np.testing.assert_allclose(whole.sum(axis=1), 1, atol=1e-5)


def test_trained_layers_become_convolutions(tmp_path, rng):
    train = cnn.train_val()
    shapes = {"hidden": [(256, 512 * 8 * 8), (256,)], "scores": [(2, 256), (2,)]}
    learned = {name: [rng.random(s) for s in found] for name, found in shapes.items()}
    learned.update({f"conv{n}_{x}": [np.zeros(1)] for n in (1, 2, 3) for x in "ab"})
    with pytest.raises(BadInput, match="no weights of prototxt/cnn"):
        as_convolutions(learned)
    wanted = blobs.weight_shapes(cnn.deploy())
    learned.update({name: [np.zeros(s) for s in wanted[name]] for name in wanted if "conv" in name})
    turned = as_convolutions(learned)
    features = rng.random((512, 8, 8))
    np.testing.assert_allclose(
        np.tensordot(turned["hidden"][0], features, 3), learned["hidden"][0] @ features.ravel()
    )
    write_weights(tmp_path / "w", cnn.deploy(), turned)
    assert read_weights(tmp_path / "w")["scores"][0].shape == (2, 256, 1, 1)
    assert {layer.name for layer in train.layer} >= shapes.keys()
