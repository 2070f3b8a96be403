"""One engine run on a pair of pictures in a process of its own, for `gpu_proof`.

Usage: python -m benchmarks.net_run ENGINE FOLDER [WIDTHxHEIGHT...]
"""

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from twostream.engines import load
from twostream.errors import BadInput
from twostream.methods import method
from twostream.nets.pretrained import files_of


def main(engine, folder, *sizes):
    """Run the default net on ``pair.npy`` of a folder, and fuse the pair in other sizes.

    Parameters
    ----------
    engine : str
        See `engines.load`.
    folder : str
        Where ``pair.npy`` is, 2 x H x W, uint8; the net's output goes there as ``fused.npy``,
        seconds by size as ``seconds.json``.
    *sizes : str
        WIDTHxHEIGHT.
    """
    pair = np.load(Path(folder, "pair.npy"))
    net = load(*files_of("wide"), engine)
    blobs = (image[None, None] / np.float32(255) for image in pair)
    np.save(Path(folder, "fused.npy"), net.forward(**dict(zip(net.inputs, blobs)))["fused"])
    seconds = {size: _seconds(pair, size, engine) for size in sizes}
    Path(folder, "seconds.json").write_text(json.dumps(seconds))


def _seconds(pair, size, engine):
    """Time the default method on the gray pair in another size, loading of the net included."""
    width, height = map(int, size.split("x"))
    sources = [cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC) for image in pair]
    began = time.perf_counter()
    method("select").fuse(sources, engine=engine)
    return time.perf_counter() - began


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BadInput as reason:
        sys.exit(str(reason))
