"""Registration and decision of an earlier fusion, in place of measured ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from ..alignment.alignment import Alignment
from ..alignment.registered import RegisteredFrames
from ..alignment.registration import shift_at_corners
from ..errors import BadInput
from ..fusion.frames import Frames
from .record import Record


@dataclass(frozen=True)
class Given:
    """Registration and decision of an earlier fusion."""

    record: Record
    path: Path  # of the record
    decision: Optional[np.ndarray]  # H x W: the frame that each pixel is copied from
    gains: bool  # whether to apply the gains of the record
    flows: Optional[list] = None  # grid of the local flow of each frame, or None

    @property
    def files(self) -> list[Path]:
        """The record, its focus map and its flows."""
        names = self.record.focus_map, self.record.flow
        return [self.path, *(self.path.parent / name for name in names if name)]

    def applied_to(self, frames: Frames) -> tuple[RegisteredFrames, Alignment, list[str]]:
        """Return the frames with the registration of the record, their alignment, and warnings."""
        record, (height, width, channels) = self.record, frames.shape
        if len(frames) != len(record.sources):
            count, now = len(record.sources), len(frames)
            raise BadInput(
                f"{self.path} is a record of {count} frames; here are {now}. Give the same number "
                "of frames in the same order."
            )
        if [height, width] != record.size:
            was = "x".join(map(str, record.size[::-1]))
            raise BadInput(
                f"{self.path} is a record of frames of {was}; these are {width}x{height}. Give "
                "frames of the same size."
            )
        frames.check_correction(0)
        gains: Optional[np.ndarray] = record.gains
        fields = record.fields
        warnings = []
        if ((record.gains == 1).all() and fields is None) or not self.gains:
            gains = fields = None
        elif record.gains.shape[1] != channels:
            gains = fields = None
            warnings = ["The gains of the record have other channels: not applied."]
        transforms = record.transforms
        shift = max(shift_at_corners(one, (height, width)) for one in transforms)
        alignment = Alignment([*range(len(frames))], transforms, 0, [], shift)
        registered = RegisteredFrames(frames, transforms, gains, record.crop, self.flows, fields)
        return registered, alignment, warnings
