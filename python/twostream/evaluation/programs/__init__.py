"""Other programs, run and measured for comparison with this toolkit's methods."""

from .presets import PRESETS, external_program, preset
from .program import Program
from .run import LIMIT, Usage

__all__ = ["LIMIT", "PRESETS", "Program", "Usage", "external_program", "preset"]
