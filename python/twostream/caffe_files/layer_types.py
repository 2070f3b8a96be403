"""Look up the rule for a layer's type.

Four tables hold one rule for each layer type, all named ``RULES``: `caffe_files.layer_shapes`,
`engines.onnx_graph`, `engines.torch.layers` and `fusion.field_of_view`.
"""

from ..errors import BadInput


def rule_for(layer, rules):
    """Return the rule of a layer's type from one of the tables; BadInput if there is none."""
    if layer.type not in rules:
        raise BadInput(f"The layer {layer.name} has a type that is not supported: {layer.type!r}.")
    return rules[layer.type]
