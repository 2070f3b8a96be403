"""Prototxt, caffemodel and solverstate files that would take long, much memory, or fail late."""

import numpy as np
import pytest
from refusal import assert_one_sentence

from twostream.caffe_files import blobs
from twostream.caffe_files.caffemodel import read_state, read_weights, write_weights
from twostream.caffe_files.prototxt import read_net, read_solver
from twostream.caffe_files.schema import NetParameter
from twostream.errors import BadInput
from twostream.fusion.field_of_view import field_of_view
from twostream.fusion.tiled_net import TiledNet

INPUT = 'layer { name: "a" type: "Input" top: "a" input_param { shape { dim: [1, 1, 9, 9] } } }\n'
READERS = [read_net, read_solver, read_weights, read_state]


def field(number, content):
    """Encode a field of a message, of a length below 2**21."""
    tag, length = number << 3 | 2, len(content)
    return bytes([tag & 127 | 128, tag >> 7, length & 127 | 128, length >> 7 & 127 | 128]) + (
        bytes([length >> 14]) + content
    )


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", ["/dev/zero", "hole"])
def test_files_without_an_end(tmp_path, read, name):
    with open(tmp_path / "hole", "wb") as file:
        file.truncate(2**40)
    assert_one_sentence(read, tmp_path / name)


@pytest.mark.parametrize("text", ["layer {", "a{", '""', "[", "<", "name:\n"])
@pytest.mark.parametrize("read", READERS[:2])
def test_texts_that_are_long(tmp_path, read, text):
    for times in (10**4, 10**6):
        (tmp_path / "net").write_text(text * (times // len(text)))
        assert_one_sentence(read, tmp_path / "net")


@pytest.mark.parametrize(
    "layers",
    [
        'layer { name: "b" type: "ReLU" bottom: "a" top: "a" }',
        'layer { name: "b" type: "Convolution" bottom: "a" top: "a" '
        "convolution_param { num_output: 1 kernel_size: 3 } }",
        INPUT,
        'layer { name: "b" type: "ReLU" bottom: "a" top: "b" top: "b" }',
        'layer { name: "b" type: "ReLU" bottom: "a" top: "b" }\n' * 2,
    ],
)
def test_a_blob_that_is_made_twice(tmp_path, layers):
    (tmp_path / "net").write_text(INPUT + layers)
    net = read_net(tmp_path / "net", phase=1)
    with pytest.raises(BadInput, match="makes"):
        blobs.shapes_of("net", net)


def test_a_net_of_many_layers_is_read_soon(tmp_path):
    layer = 'layer { name: "b" type: "ReLU" bottom: "b" top: "b" }\n'
    first = 'layer { name: "b" type: "ReLU" bottom: "a" top: "b" }\n'
    (tmp_path / "net").write_text(INPUT + first + layer * 4000)
    net = read_net(tmp_path / "net", phase=1)
    assert blobs.shapes_of("net", net) == {}
    assert field_of_view(net, "b") == (0, 1)


PAIR = INPUT.replace('"a"', '"data_a"') + INPUT.replace('"a"', '"data_b"')
ADDED = PAIR + 'layer { name: "e" type: "Eltwise" bottom: "data_a" bottom: "data_b" top: "b0" }'
POOLED = (
    'layer { name: "p" type: "Pooling" bottom: "b%d" top: "b%d" '
    "pooling_param { kernel_size: 3 stride: 101 } }"
)
DOUBLED = 'layer { name: "d" type: "Concat" bottom: "b%d" bottom: "b%d" top: "b%d" }'
LAST = 'layer { name: "l" type: "ReLU" bottom: "b%d" top: "fused" }'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (PAIR.replace("data_b", "fused"), "is not a fusion net"),
        (ADDED + "".join(POOLED % (n, n + 1) for n in range(6)) + LAST % 6, "strides of the net"),
        (ADDED + "".join(DOUBLED % (n, n, n + 1) for n in range(14)) + LAST % 14, "channels"),
        (
            PAIR.replace("[1, 1,", "[1, 99999,") + 'layer { name: "e" type: "Eltwise" '
            'bottom: "data_a" bottom: "data_b" top: "fused" }',
            "GB for 64x64 pixels",
        ),
    ],
)
def test_nets_that_cannot_fuse(tmp_path, text, sentence):
    paths = tmp_path / "net", tmp_path / "a.caffemodel"
    paths[0].write_text(text)
    write_weights(paths[1], NetParameter(layer=[{"name": "x"}]), {"x": [np.zeros(1)]})
    with pytest.raises(BadInput, match=sentence):
        TiledNet(*paths)


@pytest.mark.parametrize(
    "content",
    [
        field(100, b"") * 10**6,  # layers
        field(100, field(7, b"") * 2 * 10**5),  # blobs of a layer
        field(100, field(7, field(7, field(1, b"\1" * 10**6)))),  # sides of a blob
        field(100, b"\x0b" * 10**6),  # groups within groups
        field(100, field(7, b"\x2d\0\0\0\0" * 2 * 10**5)),  # floats that are not packed
    ],
)
@pytest.mark.parametrize("read", READERS[2:])
def test_few_bytes_of_many_fields(tmp_path, read, content):
    (tmp_path / "a.caffemodel").write_bytes(content[: 2**21 - 1])
    assert_one_sentence(read, tmp_path / "a.caffemodel")


@pytest.mark.parametrize("check", [blobs.check_weights, blobs.check_start])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_weights_that_are_no_numbers(tmp_path, value, check):
    layer = 'layer { name: "c" type: "InnerProduct" bottom: "a" top: "c" '
    (tmp_path / "net").write_text(INPUT + layer + "inner_product_param { num_output: 1 } }")
    model = NetParameter(layer=[{"name": "c"}])
    for shape in ([1, 81], [1]):
        blob = model.layer[0].blobs.add(double_data=[value] * shape[-1])
        blob.shape.dim.extend(shape)
    path = tmp_path / "a.caffemodel"
    path.write_bytes(model.SerializeToString())
    found = read_net(tmp_path / "net"), read_weights(path), "net"
    assert_one_sentence(lambda path: check(*found, path), path, "NaN or infinite")


@pytest.mark.parametrize("name", ["data", "double_data"])
def test_numbers_of_blobs(tmp_path, name):
    net, values = NetParameter(), np.linspace(-1, 1, 60)
    blob = net.layer.add(name="a").blobs.add()
    blob.shape.dim.extend([3, 4, 5])
    getattr(blob, name).extend(values.tolist())
    (tmp_path / "a.caffemodel").write_bytes(net.SerializeToString())
    found = read_weights(tmp_path / "a.caffemodel")["a"][0]
    assert found.dtype == np.float32
    assert found.flags.writeable
    np.testing.assert_array_equal(found, values.reshape(3, 4, 5).astype(np.float32))
