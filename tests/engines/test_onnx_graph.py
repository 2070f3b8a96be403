import numpy as np
import pytest
from small_nets import random_weights

from twostream.errors import BadInput
from twostream.nets.two_stream import Design, deploy

onnx = pytest.importorskip("onnx", reason="ONNX needs a newer Python")

from twostream.engines import onnx_graph  # noqa: E402  # after the check

DESIGN = Design(filters=3, kernel=3, streams=3)


def sides(value):
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


def test_model_is_valid_with_caffes_blob_names():
    model = onnx_graph.model(deploy(DESIGN), random_weights(DESIGN))
    onnx.checker.check_model(model, full_check=True)
    assert [value.name for value in model.graph.input] == ["data_a", "data_b", "data_c"]
    assert [value.name for value in model.graph.output] == ["fused"]


def test_batch_and_sides_are_free():
    model = onnx_graph.model(
        deploy(Design(filters=3, channels=4)), random_weights(Design(filters=3, channels=4))
    )
    for value in model.graph.input:
        assert sides(value) == ["n", 4, "h", "w"]


def test_model_is_for_old_runtimes_too():
    model = onnx_graph.model(deploy(DESIGN), random_weights(DESIGN))
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", 13)]
    assert model.ir_version == 8


def test_weights_are_kept_bit_for_bit():
    weights = random_weights(DESIGN)
    model = onnx_graph.model(deploy(DESIGN), weights)
    stored = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    assert len(stored) == 2 * len(weights)
    for name, (filters, bias) in weights.items():
        if name.startswith("deconv"):
            filters = filters.swapaxes(0, 1)[:, :, ::-1, ::-1]
        np.testing.assert_array_equal(stored[f"{name}_0"], filters)
        np.testing.assert_array_equal(stored[f"{name}_1"], bias)


def test_unknown_layer_is_bad_input():
    net = deploy(DESIGN)
    net.layer.add(name="pool", type="LRN", bottom=["fused"], top=["pooled"])
    with pytest.raises(
        BadInput, match=r"^The layer pool has a type that is not supported: 'LRN'\.$"
    ):
        onnx_graph.model(net, random_weights(DESIGN))
