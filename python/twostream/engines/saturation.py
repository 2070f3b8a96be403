"""Whether this CPU adds products of 8-bit numbers as ONNX Runtime expects it to."""

from functools import cache

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from .onnx_graph import IR_VERSION, OPSET

SIZE = 64
"""Products in a sum."""
LARGEST = np.uint8(255), np.int8(127)


@cache
def sums_are_exact():
    """Try the largest sums, which an x86 CPU without VNNI clips, since it adds pairs in 16 bits."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        _convolution().SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (sums,) = session.run(None, {"x": np.full((1, SIZE, 8, 8), LARGEST[0])})
    return bool((sums == 255).all())


def _convolution():
    """Make a model of sums that are 255 in units of their right value / 255."""
    right = SIZE * np.prod(np.array(LARGEST, float))
    constants = {
        "one": np.float32(1),
        "zero": np.uint8(0),
        "filters": np.full((SIZE, SIZE, 1, 1), LARGEST[1]),
        "filters_zero": np.int8(0),
        "step": np.float32(right / 255),
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
