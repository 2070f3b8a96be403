import numpy as np
import pytest
from small_nets import random_weights

from twostream.nets.two_stream import Design, deploy

onnx = pytest.importorskip("onnx", reason="ONNX needs a newer Python")

from twostream.engines import onnx_graph  # noqa: E402  # after the check

DESIGN = Design(filters=3, kernel=3, streams=3)


def test_model_is_valid_with_caffes_blob_names():
    model = onnx_graph.model(deploy(DESIGN), random_weights(DESIGN))
    onnx.checker.check_model(model, full_check=True)
    assert [value.name for value in model.graph.input] == ["data_a", "data_b", "data_c"]
    assert [value.name for value in model.graph.output] == ["fused"]
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", 13)]
    assert model.ir_version == 8  # for old runtimes too
    dims = model.graph.input[0].type.tensor_type.shape.dim
    assert [d.dim_param or d.dim_value for d in dims] == ["n", 1, "h", "w"]


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
