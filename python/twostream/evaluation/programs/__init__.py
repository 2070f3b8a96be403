"""Programs of others, run beside this toolkit's methods and measured."""

from .presets import PRESETS, external_program, preset
from .program import Program
from .run import LIMIT, Usage

__all__ = ["LIMIT", "PRESETS", "Program", "Usage", "external_program", "preset"]
