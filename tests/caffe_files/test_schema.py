import pytest
from google.protobuf import descriptor_pb2

from twostream.caffe_files import schema

MESSAGES = ("BlobProto", "NetParameter", "SolverParameter", "SolverState")


@pytest.fixture(scope="module")
def caffe_pb2():
    """Pycaffe's own classes, in one process with ours."""
    return pytest.importorskip("caffe.proto.caffe_pb2", reason="run inside the root of Caffe")


def fields_of(descriptor):
    """Pairs of each field's descriptor and its definition."""
    proto = descriptor_pb2.DescriptorProto()
    descriptor.CopyToProto(proto)
    return list(zip(descriptor.fields, proto.field))


def reachable(descriptor, found):
    """Collect all message types within a message, by name."""
    if descriptor.name not in found:
        found[descriptor.name] = descriptor
        for field in descriptor.fields:
            if field.message_type:
                reachable(field.message_type, found)


def all_messages():
    found = {}
    for name in MESSAGES:
        reachable(getattr(schema, name).DESCRIPTOR, found)
    return found


def traits(descriptor):
    """Properties of each field that determine its encoding and meaning."""
    return {
        proto.name: (
            proto.number,
            proto.label,
            proto.type,
            proto.type_name.split(".")[-1],
            str(field.default_value),  # an explicit default of zero is the same as none
            proto.options.packed,
        )
        for field, proto in fields_of(descriptor)
    }


def enums_of(descriptor):
    """The enums that fields of a message have, with their values."""
    enums = [field.enum_type for field in descriptor.fields if field.enum_type]
    return {enum.name: {value.name: value.number for value in enum.values} for enum in enums}


def fill(message, seed=1):
    """Set every field of a message, recursively, to a different value."""
    for field, proto in fields_of(message.DESCRIPTOR):
        repeated = proto.label == proto.LABEL_REPEATED
        for n in range(2 if repeated else 1):
            seed += 1
            if field.message_type:
                inner = getattr(message, field.name)
                seed = fill(inner.add() if repeated else inner, seed)
            elif repeated:
                getattr(message, field.name).append(value_of(field, proto, seed + n))
            else:
                setattr(message, field.name, value_of(field, proto, seed))
    return seed


def value_of(field, proto, seed):
    if field.enum_type:
        return field.enum_type.values[seed % len(field.enum_type.values)].number
    if proto.type == proto.TYPE_STRING:
        return f"text {seed}"
    if proto.type in (proto.TYPE_FLOAT, proto.TYPE_DOUBLE):
        return seed / 7
    return bool(seed % 2) if proto.type == proto.TYPE_BOOL else seed


def filled(kind):
    message = kind()
    fill(message)
    return message


@pytest.mark.caffe
@pytest.mark.parametrize("name", sorted(all_messages()))
def test_every_field_is_caffes(caffe_pb2, name):
    assert (schema.TRAIN, schema.TEST) == (caffe_pb2.TRAIN, caffe_pb2.TEST)
    ours, caffes = all_messages()[name], getattr(caffe_pb2, name).DESCRIPTOR
    all_of_caffes = traits(caffes)
    assert traits(ours) == {field.name: all_of_caffes[field.name] for field in ours.fields}
    enums = enums_of(caffes)
    for enum, values in enums_of(ours).items():
        assert values == enums[enum]


@pytest.mark.caffe
@pytest.mark.parametrize("name", MESSAGES)
def test_full_messages_pass_both_ways_byte_for_byte(caffe_pb2, name):
    ours, caffes = filled(getattr(schema, name)), getattr(caffe_pb2, name)()
    content = ours.SerializeToString()
    assert len(content) > 30
    caffes.ParseFromString(content)
    assert caffes.SerializeToString() == content
    assert str(caffes) == str(ours)  # all text, so nothing went into unknown fields
    assert type(ours).FromString(content) == ours


def varint(number):
    """Encode a protobuf integer: seven bits per byte, lowest first."""
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


@pytest.mark.parametrize(
    ("wire_type", "content"),
    [(0, varint(300)), (1, b"12345678"), (2, varint(3) + b"abc"), (5, b"1234")],
)
def test_unknown_fields_of_a_file_are_skipped(wire_type, content):
    """Such as dropout_param (field 108) and fields of later versions of Caffe."""
    known = schema.NetParameter(name="net")
    known.layer.add(name="conv1", type="Convolution")
    unknown = varint(5000 << 3 | wire_type) + content
    layer = known.layer[0].SerializeToString() + unknown
    mixed = unknown + b"\x0a\x03net" + varint(100 << 3 | 2) + varint(len(layer)) + layer + unknown
    net = schema.NetParameter.FromString(mixed)
    assert net.name == "net"
    assert [(layer.name, layer.type) for layer in net.layer] == [("conv1", "Convolution")]


def test_defaults_are_caffes():
    """As in the documentation of Caffe 1.0; this test does not need pycaffe."""
    file = schema.NetParameter.DESCRIPTOR.file  # whose names pycaffe does not register
    assert file.name != "caffe.proto"
    assert file.package != "caffe"
    solver, layer = schema.SolverParameter(), schema.NetParameter().layer.add()
    assert (solver.momentum, solver.type, solver.lr_policy) == (0, "SGD", "")
    assert (solver.momentum2, solver.delta) == pytest.approx((0.999, 1e-8))
    assert (solver.iter_size, solver.average_loss, solver.clip_gradients) == (1, 1, -1)
    assert (solver.random_seed, solver.regularization_type) == (-1, "L2")
    assert solver.solver_mode == solver.GPU
    assert solver.snapshot_format == solver.BINARYPROTO
    assert solver.test_initialization
    assert solver.snapshot_after_train
    convolution = layer.convolution_param
    assert (convolution.bias_term, convolution.group, convolution.axis) == (True, 1, 1)
    assert convolution.weight_filler.type == "constant"
    assert convolution.weight_filler.variance_norm == convolution.weight_filler.FAN_IN
    assert layer.concat_param.axis == layer.softmax_param.axis == 1
    assert layer.param.add().lr_mult == layer.param[0].decay_mult == 1
    assert layer.eltwise_param.operation == layer.eltwise_param.SUM
    assert not layer.hdf5_data_param.shuffle
