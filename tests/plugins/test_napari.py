"""The plugin of napari; without napari, only what it computes."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ramp_stack import ramp_stack

import twostream
from twostream.plugins.napari import fuse_stack, fused_layers

SHAPE = (96, 320)


def stack(colour=False):
    frames = [frame[..., 0] for frame in ramp_stack(4, SHAPE)[0]]
    return np.array([np.dstack([frame] * 3) for frame in frames] if colour else frames)


def layer_of(data, **more):
    usual = {"name": "bee", "rgb": False, "multiscale": False, "ndim": 3, "colormap": "gray"}
    limits = {"contrast_limits": [0, 200], "scale": [5, 2, 2], "translate": [10, 20, 30]}
    return SimpleNamespace(data=data, **{**usual, **limits, **more})


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("multiscale", [False, True])
def test_layers_are_the_maps_of_the_result(colour, multiscale):
    data = stack(colour)
    layer = layer_of([data, data[:, ::2, ::2]] if multiscale else data)
    layer.rgb, layer.multiscale = colour, multiscale
    (image, how, _), (depth, _, _), (confidence, _, kind) = fused_layers(layer, weights="fast")
    result = twostream.stack([*data], weights="fast")
    np.testing.assert_array_equal(image, result.image)
    np.testing.assert_allclose(depth, 10 + 5 * result.depth_map, rtol=1e-6)
    np.testing.assert_array_equal(confidence, result.confidence)
    top, left = result.frames.crop[:2]
    assert [*how["translate"]] == [20 + 2 * top, 30 + 2 * left]
    assert (how["name"], how["rgb"], kind) == ("bee fused", colour, "image")


def test_a_method_that_mixes_gives_no_depth():
    names = [how["name"] for _, how, _ in fused_layers(layer_of(stack()), method="average")]
    assert names == ["bee fused", "bee confidence"]


@pytest.mark.parametrize("axes", [2, 4])
def test_what_is_no_stack_is_refused(axes):
    with pytest.raises(twostream.BadInput, match=f"The layer bee has {axes} axes"):
        fused_layers(layer_of(np.zeros((3, 4, 5), np.uint8), ndim=axes))


def test_napari_finds_the_widget_and_shows_the_layers():
    napari, npe2 = pytest.importorskip("napari"), pytest.importorskip("npe2")
    manifest = npe2.PluginManifest.from_file(
        Path(fuse_stack.__code__.co_filename).with_suffix(".yaml")
    )
    (widget,) = manifest.contributions.widgets
    (command,) = manifest.contributions.commands
    assert widget.command == command.id
    assert command.python_name == f"{fuse_stack.__module__}:{fuse_stack.__name__}"
    viewer = napari.components.ViewerModel()
    viewer.add_image(stack(), name="bee", scale=(5, 2, 2))
    for data, how, kind in fused_layers(viewer.layers["bee"], method="average"):
        viewer._add_layer_from_data(data, how, kind)
    assert [layer.name for layer in viewer.layers] == ["bee", "bee fused", "bee confidence"]
    assert [*viewer.layers["bee fused"].scale] == [2, 2]
