"""Self-test of the CPU for integer saturation in quantized convolutions."""

from functools import cache

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from .onnx_graph import IR_VERSION, OPSET

SIZE = 64
"""Number of products in a sum."""
LARGEST = np.uint8(255), np.int8(127)


@cache
def saturates():
    """Check whether the largest sums of 8-bit products are clipped.

    An x86 CPU without VNNI adds pairs of products in 16 bits, which clips them.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        _convolution().SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (sums,) = session.run(None, {"x": np.full((1, SIZE, 8, 8), LARGEST[0])})
    return bool((sums != 255).any())


def _convolution():
    """Make a model of sums that are 255 in units of 1/255 of their exact value."""
    exact = SIZE * np.prod(np.array(LARGEST, float))
    constants = {
        "one": np.float32(1),
        "zero": np.uint8(0),
        "filters": np.full((SIZE, SIZE, 1, 1), LARGEST[1]),
        "filters_zero": np.int8(0),
        "step": np.float32(exact / 255),
    }
    inputs = ["x", "one", "zero", "filters", "one", "filters_zero", "step", "zero"]
    graph = helper.make_graph(
        [helper.make_node("QLinearConv", inputs, ["y"])],
        "sums",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, SIZE, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, None)],
        [numpy_helper.from_array(np.array(value), name) for name, value in constants.items()],
    )
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
