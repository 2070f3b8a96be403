"""The plugin of napari: a widget that fuses a layer, and the layers that it makes."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..errors import BadInput
from ..stacking.calls import stack as fused_stack

if TYPE_CHECKING:
    import napari.layers
    import napari.qt.threading
    import napari.types

METHODS = Literal["select", "two_stream", "laplacian_pyramid", "guided_filter", "average"]
MODELS = Literal["auto", "none", "translation", "similarity", "homography", "local"]


def fuse_stack(
    stack: "napari.layers.Image", method: METHODS = "select", align: MODELS = "auto"
) -> "napari.qt.threading.FunctionWorker[list[napari.types.LayerDataTuple]]":
    """Fuse a layer in a thread; napari adds the layers, and shows the summary and warnings."""
    from napari.qt.threading import create_worker
    from napari.utils.notifications import show_info

    def work() -> list[Any]:
        layers = fused_layers(stack, method=method, align=align)
        show_info("\n".join(layers[0][1]["metadata"]["twostream"]))
        return layers

    return create_worker(work, _start_thread=True, _progress={"desc": "Fuse a focus stack"})


def fused_layers(layer: Any, **options: Any) -> list[tuple[np.ndarray, dict[str, Any], str]]:
    """Fuse the frames of an image layer.

    Parameters
    ----------
    layer : napari.layers.Image
        N x H x W, or N x H x W x 3 if it is RGB.
    **options
        See `stacking.options.StackOptions`.

    Returns
    -------
    list of tuple
        Data, properties and type of the layers: the fused image, the depth map if the method copies
        pixels, and the confidence map. The unit of depth is that of the layer's first axis. The
        layers have the position of the frames.

    Raises
    ------
    BadInput
        If the layer is no stack, or its frames cannot be fused.
    """
    data = layer.data[0] if layer.multiscale else layer.data
    if layer.ndim != 3:
        raise BadInput(
            f"The layer {layer.name} has {layer.ndim} axes, but a stack has three: focus, height "
            "and width. Choose another layer, or split this one."
        )
    result = fused_stack([np.asarray(frame) for frame in data], **options)
    scale, corner = np.asarray(layer.scale, float), np.asarray(layer.translate, float)
    place = {"scale": scale[1:], "translate": corner[1:] + scale[1:] * result.frames.crop[:2]}
    said = [result.summary, *result.warnings]
    fused = {"name": f"{layer.name} fused", "rgb": layer.rgb, "metadata": {"twostream": said}}
    if not layer.rgb:
        fused.update(contrast_limits=tuple(layer.contrast_limits), colormap=layer.colormap)
    found = [(result.image, {**fused, **place}, "image")]
    if result.depth_map is not None:
        depth = {"name": f"{layer.name} depth", "colormap": "viridis", **place}
        found.append((np.float32(corner[0] + result.depth_map * scale[0]), depth, "image"))
    confidence = {"name": f"{layer.name} confidence", "contrast_limits": (0, 255), **place}
    return [*found, (result.confidence, {"visible": False, **confidence}, "image")]
