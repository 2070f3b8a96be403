"""Each table of rules by layer type holds every type that it needs."""

import importlib

import pytest
from real_torch import require_torch

from twostream.caffe_files import layer_shapes

LOSSES = {"EuclideanLoss", "SoftmaxWithLoss"}
NO_RULE = {
    "caffe_files/layer_shapes.py": set(),
    "engines/onnx_graph.py": LOSSES,  # deploy nets have none
    "engines/torch/layers.py": {"Input"},
    "fusion/field_of_view.py": {"Input", "Silence", *LOSSES},  # no path to the output leads there
}
"""File below python/twostream -> layer types that need no rule in its table ``RULES``."""


def rules(file):
    if file.startswith("engines/torch"):
        require_torch()
    if file == "engines/onnx_graph.py":
        pytest.importorskip("onnx", reason="ONNX needs a newer Python")
    return importlib.import_module("twostream." + file[:-3].replace("/", ".")).RULES


@pytest.mark.parametrize("file", NO_RULE)
def test_table_has_a_rule_for_every_layer_type(file):
    missing = layer_shapes.RULES.keys() - rules(file).keys() - NO_RULE[file]
    assert not missing, f"Add {sorted(missing)} to RULES in python/twostream/{file}."
    extra = rules(file).keys() - layer_shapes.RULES.keys()
    shapes = "python/twostream/caffe_files/layer_shapes.py"
    assert not extra, f"{file} has rules for {sorted(extra)}: add them to RULES in {shapes}."
