import itertools
import json
import re

import numpy as np
import pytest
from real_caffe import run_in_caffe

from twostream.caffe_files.prototxt import layers_of
from twostream.caffe_files.schema import TEST, TRAIN
from twostream.data import hdf5
from twostream.errors import BadInput
from twostream.nets import generate
from twostream.nets.two_stream import Design, deploy, train_val


def layer_of(net, name):
    return next(layer for layer in net.layer if layer.name == name)


def names_of(net):
    return [layer.name for layer in net.layer if layer.type != "ReLU"]


def settings_of(net, name):
    param = layer_of(net, name).convolution_param
    return (param.num_output, *param.kernel_size, *param.pad, *param.stride)


def test_default_is_the_papers_figure_1():
    net = deploy(Design())
    streams = ["conv1_a", "conv2_a", "conv1_b", "conv2_b"]
    others = ["concat", "fusion", "deconv1", "deconv2"]
    assert names_of(net) == ["data_a", "data_b", *streams, *others]
    for name in streams:
        assert (layer_of(net, name).type, settings_of(net, name)) == ("Convolution", (64, 5, 2, 1))
    assert layer_of(net, "fusion").type == "Convolution"
    assert settings_of(net, "fusion") == (64, 1, 0, 1)
    assert layer_of(net, "deconv1").type == layer_of(net, "deconv2").type == "Deconvolution"
    assert settings_of(net, "deconv1") == (64, 5, 2, 1)
    assert settings_of(net, "deconv2") == (1, 5, 2, 1)


def test_stride_is_the_kernel_without_padding():
    net = deploy(Design(stride=5, channels=3), patch=20)
    assert list(layer_of(net, "data_b").input_param.shape[0].dim) == [1, 3, 20, 20]
    assert settings_of(net, "conv2_b") == (64, 5, 0, 5)
    assert settings_of(net, "fusion") == (64, 1, 0, 1)
    assert settings_of(net, "deconv2") == (3, 5, 0, 5)


def test_inputs_label_output_and_loss():
    assert [list(layer.top) for layer in deploy(Design()).layer[:2]] == [["data_a"], ["data_b"]]
    assert list(layer_of(deploy(Design()), "deconv2").top) == ["fused"]
    for phase in (TRAIN, TEST):
        data, *_, loss = layers_of(train_val(Design()), phase)
        assert list(data.top) == ["data_a", "data_b", "clean"]
        assert list(loss.bottom) == ["fused", "clean"]
        # EuclideanLoss halves the squared error of the paper's Eq. 4; the loss weight compensates.
        assert (loss.type, list(loss.loss_weight)) == ("EuclideanLoss", [2])


def test_every_layer_is_followed_by_a_relu():
    """Eq. 3 has a ReLU after the last layer too, which can be left out."""
    net = deploy(Design())
    relus = [layer.bottom[0] for layer in net.layer if layer.type == "ReLU"]
    assert relus == [layer.top[0] for layer in net.layer if "conv" in layer.type.lower()]
    assert net.layer[-1].bottom == net.layer[-1].top == ["fused"]
    assert deploy(Design(output_relu=False)).layer[-1].name == "deconv2"


def test_streams_go_side_by_side_into_the_fusion():
    net = deploy(Design(streams=4, depth=3))
    assert list(layer_of(net, "concat").bottom) == [f"conv3_{letter}" for letter in "abcd"]
    for letter in "abcd":
        assert list(layer_of(net, f"conv1_{letter}").bottom) == [f"data_{letter}"]
        assert list(layer_of(net, f"conv3_{letter}").bottom) == [f"conv2_{letter}"]
    assert names_of(net)[-3:] == ["deconv1", "deconv2", "deconv3"]
    for shared in (True, False):  # shared streams name the same params
        net = deploy(Design(shared_streams=shared, depth=3, streams=3))
        for n in (1, 2, 3):
            names = [[p.name for p in layer_of(net, f"conv{n}_{x}").param] for x in "abc"]
            assert names == [[f"conv{n}_w", f"conv{n}_b"] if shared else []] * 3


def test_data_layers_read_the_lists_of_a_folder():
    train, test = train_val(Design(), "data/mine", batch=8).layer[:2]
    for layer, phase, source in ((train, TRAIN, "train.txt"), (test, TEST, "val.txt")):
        assert [rule.phase for rule in layer.include] == [phase]
        assert layer.hdf5_data_param.source == f"data/mine/{source}"
        assert layer.hdf5_data_param.batch_size == 8
        assert layer.hdf5_data_param.shuffle == (phase == TRAIN)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"kernel": 4}, "The kernel must be odd, not 4."),
        ({"kernel": -1}, "The kernel must be odd, not -1."),
        ({"stride": 2}, "The stride must be 1 or the kernel's 5."),
        ({"stride": 0}, "The stride must be 1 or the kernel's 5."),
        ({"streams": 1}, "There can be 2 to 26 streams, not 1."),
        ({"streams": 27}, "There can be 2 to 26 streams, not 27."),
        *(
            ({n: 0}, "Filters, depth and channels must be at least 1.")
            for n in ("filters", "depth", "channels")
        ),
    ],
)
def test_bad_designs_are_refused(settings, sentence):
    with pytest.raises(BadInput, match=f"^{re.escape(sentence)}$"):
        Design(**settings)


@pytest.mark.parametrize(("depth", "patch"), [(2, 30), (3, 50), (2, 0), (2, -25)])
def test_patch_that_strides_would_cut_is_refused(tmp_path, depth, patch):
    with pytest.raises(BadInput, match=rf"must be a multiple of {5**depth}, not {patch}\.$"):
        generate.write(tmp_path, Design(stride=5, depth=depth), "data", patch)
    assert not list(tmp_path.iterdir())
    with pytest.raises(BadInput, match=r"at least one patch, not 0\.$"):
        train_val(Design(), batch=0)


def designs():
    """Every combination of the options, with few filters."""
    names = ["kernel", "depth", "stride", "channels", "streams", "shared_streams", "output_relu"]
    choices = ((3, 5), (2, 3), (1, "kernel"), (1, 3, 4), (2, 3), (False, True), (True, False))
    for values in itertools.product(*choices):
        settings = dict(zip(names, values))
        if values[:3] == (5, 3, "kernel"):
            continue  # patches of 125 pixels take long and test nothing new
        settings["stride"] = settings["kernel"] if settings["stride"] == "kernel" else 1
        yield Design(filters=4, **settings)
    yield Design(filters=2, kernel=9)
    yield Design(filters=128, kernel=3)
    yield Design(filters=1, kernel=1, depth=1, streams=26)


LOAD_ALL = """
import caffe, json, numpy, sys
for line in open(sys.argv[1]):
    folder, height, width = json.loads(line)
    net = caffe.Net(folder + '/deploy.prototxt', caffe.TEST)
    for name in net.inputs:
        net.blobs[name].reshape(1, net.blobs[name].channels, height, width)
        net.blobs[name].data[...] = 0.5
    net.reshape()
    said = {'inputs': net.inputs, 'outputs': net.outputs}
    said['shape'] = net.forward()['fused'].shape
    net.params['conv1_a'][0].data[...] = 7
    said['shared'] = bool((net.params['conv1_b'][0].data == 7).all())
    for phase in (caffe.TRAIN, caffe.TEST):
        net = caffe.Net(folder + '/train_val.prototxt', phase)
        net.forward()
        error = net.blobs['fused'].data - net.blobs['clean'].data
        mse = (error.astype(float) ** 2).sum() / len(error)
        assert abs(net.blobs['loss'].data * net.blob_loss_weights['loss'] / mse - 1) < 1e-4
        if phase == caffe.TRAIN:
            net.backward()
            assert all(numpy.isfinite(b.diff).all() for bs in net.params.values() for b in bs)
    print(json.dumps(said))
"""


def write_data(folder, design, side):
    """Two random patches for each stream of a design."""
    folder.mkdir()
    blobs = [f"data_{letter}" for letter in design.letters] + ["clean"]
    stack = np.random.default_rng(0).random((len(blobs), 2, design.channels, side, side))
    hdf5.write_shard(folder / "shard.h5", stack, blobs)
    for split in ("train", "val"):
        hdf5.write_list(folder / f"{split}.txt", [folder / "shard.h5"])


@pytest.mark.caffe
def test_real_caffe_loads_every_design_at_any_size(tmp_path):
    asked = list(designs())
    lines = []
    for n, design in enumerate(asked):
        side = design.step if design.step > 1 else 10
        data = tmp_path / f"data_{design.streams}_{design.channels}_{side}"
        if not data.exists():
            write_data(data, design, side)
        generate.write(tmp_path / str(n), design, data, side, batch=2)
        height, width = (2 * side, 3 * side) if design.step > 1 else (17, 23)
        lines.append(json.dumps([str(tmp_path / str(n)), height, width]))
    (tmp_path / "all.txt").write_text("\n".join(lines))
    answers = run_in_caffe(LOAD_ALL, tmp_path / "all.txt").splitlines()
    assert len(answers) == len(asked) == 171
    for design, line, answer in zip(asked, lines, map(json.loads, answers)):
        height, width = json.loads(line)[1:]
        assert answer["inputs"] == [f"data_{letter}" for letter in design.letters]
        assert answer["outputs"] == ["fused"]
        assert answer["shape"] == [1, design.channels, height, width]
        assert answer["shared"] == design.shared_streams
