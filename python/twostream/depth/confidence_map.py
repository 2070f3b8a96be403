"""The confidence map of a fused image, as gray levels."""

import cv2
import numpy as np

from . import agreement, relative_blur

CONFIDENT = 255
NOTHING_SHARP = 128
FRAMES_DIFFER = 0


def confidence_map(unsharp, differ, shape, misfit=None):
    """Draw pixels where no frame is sharp or frames differ, see `gaps.Gaps` and `Agreement`.

    Frames also differ in `misfit`, H x W, bool, see `RegisteredFrames.misfit`. The map is H x W,
    uint8: `FRAMES_DIFFER`, else `NOTHING_SHARP`, else `CONFIDENT`. Pixels without texture are
    `CONFIDENT`.
    """
    unsharp = _enlarged(unsharp, relative_blur.CELL, shape)
    differ = _enlarged(differ, agreement.CELL, shape)
    differ = differ if misfit is None else differ | misfit
    return np.select(
        [differ, unsharp], [np.uint8(FRAMES_DIFFER), np.uint8(NOTHING_SHARP)], np.uint8(CONFIDENT)
    )


def _enlarged(mask, cell, shape):
    size = (mask.shape[1] * cell, mask.shape[0] * cell)
    whole = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return whole[: shape[0], : shape[1]] > 0
