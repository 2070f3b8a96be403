"""A fusion net that runs tile by tile, so that frames can have any size."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..caffe_files.blobs import blob_bytes, blob_shapes, inputs_and_outputs
from ..caffe_files.prototxt import read_net
from ..caffe_files.schema import TEST
from ..engines import is_concurrent, load
from ..engines.threads import thread_count
from ..errors import BadInput
from ..io.pixels import with_gray
from .field_of_view import field_of_view
from .tiling import Tile, tiles

MIRRORED = 8
"""Minimum padding in pixels of `TiledNet.fuse_mirrored`."""

SPARE = 1.15
"""Measured: ONNX Runtime takes at most this share of the bytes of all blobs."""
PLANES = 14
"""Float planes of a tile, for each channel, that the arithmetic around a net holds."""

SMALL, MOST_BYTES = 64, 2**30
"""Side of a piece, and the limit of memory of a net's blobs for a piece with its halo."""


class TiledNet:
    """A fusion net whose tiles equal those of a run on the whole frame.

    Parameters
    ----------
    prototxt, weights : str or Path
        Deploy net (inputs ``data_a``, ``data_b``, ..., output ``fused``) and its caffemodel.
    engine, quantized : optional
        See `engines.load`.
    side : int
        Side of a tile in pixels; it limits the memory of the net.
    threads : int, optional
        See `engines.load`. If the engine is concurrent, each thread works on a piece of its own.

    Attributes
    ----------
    streams, channels : int
        Number of input frames, and the channels of each.
    concurrency : int
        Number of pieces that are processed at once.

    Raises
    ------
    BadInput
        If the files cannot be used, the net is not a fusion net, or it cannot be tiled.
    """

    def __init__(self, prototxt, weights, engine="auto", side=384, quantized=False, threads=None):
        if not isinstance(side, int) or side < 1:
            raise BadInput(f"The side of a tile is a number of pixels, not {side!r}.")
        net = read_net(prototxt, TEST)
        self._halo, self._step = _checked_halo(net, prototxt)
        self.concurrency = (threads or thread_count()) if is_concurrent(engine) else 1
        threads = 1 if self.concurrency > 1 else threads
        self._net = load(prototxt, weights, engine, quantized=quantized, threads=threads)
        self.quantized = self._net.quantized
        self.streams = len(self._net.inputs)
        self.channels = net.layer[0].input_param.shape[0].dim[1]
        self._side = max(1, side // self._step) * self._step

    def tiles(self, shape, margin=0):
        """Cut a frame, H x W, into tiles, whose `outer` parts are the input of `fuse`.

        The result of `fuse` is exact up to `margin` pixels around a tile, too.
        """
        return tiles(shape, self._side, self._halo + math.ceil(margin / self._step) * self._step)

    def around(self, box, context):
        """Return a box of the frame, rows and columns, as a tile with a limited context around it.

        Before the box there is up to a step more, so that strides start at the same pixels as in
        the whole frame. With less context than the field of view, `fuse` approximates the pixels
        near the edges.
        """
        starts = [max(0, span.start - context) // self._step * self._step for span in box]
        return Tile(box, tuple(slice(s, span.stop + context) for s, span in zip(starts, box)))

    def each(self, work, pieces):
        """Yield ``work(piece)`` of each piece, in order; several at once if the engine can."""
        if self.concurrency == 1:
            yield from map(work, pieces)
        else:
            with ThreadPoolExecutor(self.concurrency) as pool:
                yield from pool.map(work, pieces)

    def fuse(self, sources):
        """Run the net on one piece of each source, H x W x C, float32 in [0, 1]; do not clip.

        A one-channel net runs on the planes one by one; a four-channel net gets red, green, blue
        and gray. For a net of several channels, a gray plane is repeated in each, and the output is
        averaged. Raise BadInput if the channels do not fit the net, or the net's output is smaller
        than its input.
        """
        channels = sources[0].shape[2]
        if self.channels == 1:
            planes = [self._run([s[..., c : c + 1] for s in sources]) for c in range(channels)]
            return np.concatenate(planes, axis=2)
        if channels == 3 and self.channels == 4:
            return self._run([with_gray(source) for source in sources])[..., :3]
        if channels == 1:
            repeated = [np.repeat(source, self.channels, axis=2) for source in sources]
            return self._run(repeated).mean(axis=2, keepdims=True)
        if channels != self.channels:
            raise BadInput(f"The net takes {self.channels} channels; the frames have {channels}.")
        return self._run(sources)

    def fuse_both_ways(self, sources):
        """Average the results of `fuse` for a piece and for the piece turned by 180 degrees.

        Their errors are partly independent: `select` gains 0.1 to 0.6 dB.
        """
        turned = self.fuse([source[::-1, ::-1] for source in sources])
        return (self.fuse(sources) + turned[::-1, ::-1]) / 2

    def fuse_mirrored(self, sources, tile, shape):
        """Run the net on a tile of a frame, H x W, that is mirrored at its edges; see `fuse`."""
        beyond = math.ceil(MIRRORED / self._step) * self._step
        pads = [
            (beyond * (span.start == 0), beyond * (span.stop == length))
            for span, length in zip(tile.outer, shape)
        ]
        wider = [np.pad(source, (*pads, (0, 0)), mode="symmetric") for source in sources]
        height, width = sources[0].shape[:2]
        (top, _), (left, _) = pads
        return self.fuse(wider)[top : top + height, left : left + width]

    def _run(self, sources):
        height, width = sources[0].shape[:2]
        blobs = dict(zip(self._net.inputs, map(self._blob, sources)))
        fused = self._net.forward(**blobs)["fused"]
        if fused.shape[2] < height or fused.shape[3] < width:
            raise BadInput(
                "The net's output is smaller than its input; a fusion net keeps the size."
            )
        return fused[0].transpose(1, 2, 0)[:height, :width]

    def _blob(self, source):
        """Return a source as a blob, 1 x C x H x W, padded to multiples of the step."""
        fill = [(0, -side % self._step) for side in source.shape[:2]]
        return np.pad(source, [*fill, (0, 0)], mode="edge").transpose(2, 0, 1)[None]


def _checked_halo(net, prototxt):
    """Return `field_of_view` of a net; raise BadInput if it cannot fuse, or takes much memory."""
    channels = {name: shape[0] for name, shape in blob_shapes(net).items()}
    inputs, outputs = inputs_and_outputs(net)
    if "fused" not in outputs or len(inputs) < 2:
        raise BadInput(f"{prototxt} is not a fusion net with two inputs and the output fused.")
    if {channels[name] for name in inputs} != {channels["fused"]}:
        raise BadInput(f"The inputs and the output of {prototxt} differ in channels.")
    halo, step = field_of_view(net)
    taken = blob_bytes(net, [SMALL + 2 * halo] * 2)
    if taken > MOST_BYTES:
        raise BadInput(f"{prototxt} takes {taken / 1e9:.1f} GB for {SMALL}x{SMALL} pixels.")
    return halo, step


def tile_bytes(prototxt, shape, side):
    """Estimate the bytes that one thread takes for a tile of this side of images H x W x C."""
    net = read_net(prototxt, TEST)
    halo, step = field_of_view(net)
    around = 2 * (halo + MIRRORED + step)
    outer = [math.ceil(min(n, side + around) / step) * step for n in shape[:2]]
    return round(SPARE * blob_bytes(net, outer) + 4 * PLANES * shape[2] * math.prod(outer))
