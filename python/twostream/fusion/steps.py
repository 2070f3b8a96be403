"""The intermediate maps of the method `select`, which ``twostream fuse --save-steps`` shows."""

from collections import deque

import numpy as np

STAGES = 7
"""Number of the last fusions of two whose maps are kept: all of a stack of eight frames."""
MIDDLE = 127
"""Level of a focus score of 0."""


class Steps:
    """The intermediate maps that `Select` records while it fuses a stack.

    Attributes
    ----------
    stages : deque of tuple
        For each fusion of two, in order: focus scores, H x W, uint8, and the decision map, H x W
        booleans. A score is 255 where the earlier frames are in focus, 0 where the later ones are.
    boundary : numpy.ndarray or None
        H x W, uint8: proximity of the pixels to a boundary, 0 where nothing is estimated.
    estimate : numpy.ndarray or None
        H x W x C, of the frames' type: estimate of the network there, 0 elsewhere.
    """

    def __init__(self):
        self.stages, self.boundary, self.estimate = deque(maxlen=STAGES), None, None

    def decided(self, scores, decision, in_order):
        """Keep the focus scores and the decision map of two frames, see `Select.decide`."""
        signed = scores if in_order else -scores
        shown = (127.5 * (1 + signed.astype(np.float32))).astype(np.uint8)
        self.stages.append((shown, decision if in_order else ~decision))

    def begin(self, fused):
        """Prepare for the estimates of two frames, whose copied pixels are given, H x W x C."""
        if self.estimate is None:
            self.estimate = np.zeros_like(fused)
            self.boundary = np.zeros(fused.shape[:2], np.uint8)

    def estimated(self, box, near, estimate):
        """Keep the estimate in a box of the frame, where `near`, H x W in [0, 1], is not 0."""
        self.boundary[box] = np.maximum(self.boundary[box], np.ceil(255 * near).astype(np.uint8))
        self.estimate[box][near > 0] = estimate[near > 0]

    def restore(self, form):
        """Bring all from a `Canonical` form back to that of the frames."""
        undo = form.orientation.undo
        for _ in range(len(self.stages)):  # one by one, to save memory
            self.stages.append(tuple(map(undo, self.stages.popleft())))
        self.boundary, self.estimate = undo(self.boundary), form.undo(self.estimate)
