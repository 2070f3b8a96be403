"""A method of your own, as docs/benchmark.md scores it: put your function in place of `fuse`.

python benchmarks/own_method.py FRAME FRAME ... FUSED
"""

import sys

import cv2
import numpy as np


def fuse(frames):
    """Copy each pixel from the frame with the largest local contrast.

    `frames` is a list of arrays, H x W x 3, as OpenCV reads them; the result is one such array.
    """
    grays = [cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in frames]
    details = [np.abs(cv2.Laplacian(gray, cv2.CV_32F)) for gray in grays]
    chosen = np.argmax([cv2.GaussianBlur(detail, (0, 0), 3) for detail in details], axis=0)
    return np.take_along_axis(np.array(frames), chosen[None, ..., None], axis=0)[0]


if __name__ == "__main__":
    *sources, out = sys.argv[1:]
    how = cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH
    cv2.imwrite(out, fuse([cv2.imread(path, how) for path in sources]))
