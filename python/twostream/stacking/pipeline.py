"""The steps from sources to a result: read, check, register, decide, fuse, write."""

import time
from dataclasses import replace
from functools import partial
from typing import Any, Optional

import numpy as np

from ..alignment.alignment import Alignment
from ..alignment.registered import RegisteredFrames, register
from ..depth.agreement import Agreement
from ..depth.confidence_map import FRAMES_DIFFER
from ..depth.focus_sweep import FocusSweep
from ..depth.observed import ObservedFrames
from ..engines import engine_name
from ..errors import BadInput
from ..fusion.frames import Frames
from ..fusion.steps import Steps
from ..fusion.tree import Fused
from ..io.images import keeps_alpha
from ..io.pixels import squeezed
from ..progress import Bar
from .checks import check_memory, method_of, select_frames
from .corrections import correction_files
from .given import Given
from .memory import begin, fitted
from .options import StackOptions
from .outputs import Outputs
from .parts import slab_paths, slabs
from .result import StackResult, weights_of
from .retouching import check, retouched
from .sources import open_frames

MOST = 0.5
"""Share of the image without confidence above which there is a warning."""


def run(
    sources: Any,
    options: StackOptions,
    outputs: Optional[Outputs] = None,
    given: Optional[Given] = None,
) -> StackResult:
    """Fuse a stack, see `sources.open_frames`, and write the outputs.

    Registration and decision are measured unless those of an earlier fusion are given. Raise
    BadInput if something cannot be used; then no file is written.
    """
    began = time.perf_counter()
    chosen, settings = method_of(options)
    check_memory(options, chosen, settings)
    every = open_frames(sources, options, but=outputs.image if outputs else None)
    begin(every, options.memory_limit)
    if outputs:
        read = [*weights_of(chosen, options), *(given.files if given else [])]
        read += correction_files(options).values()
        outputs.check(every, chosen, read, bool(options.strokes))
    measure = given.applied_to if given else partial(_registered, options=options)
    frames, alignment, warnings = measure(every)
    result = _fused(frames, alignment, warnings, options, outputs, given)
    if result.misfit:
        warnings.append(result.misfit)
    if options.advice and "sweep" in result.observers and result.advice:
        warnings.append(result.advice)
    if "confidence" in options.maps:
        warnings.extend(_lack_of_confidence(result.confidence))
    every.check_unchanged()
    if outputs:
        with Bar("write", 1, options.progress) as bar:
            outputs.write(result)
            bar.update()
        if frames.has_alpha and not keeps_alpha(outputs.image):
            warnings.append(f"Alpha is dropped in {outputs.image}. Write PNG or TIFF to keep it.")
    if outputs and outputs.slabs:
        warnings.append(_write_slabs(result, outputs, options, outputs.slabs))
    result.seconds = time.perf_counter() - began
    return result


def _fused(
    frames: RegisteredFrames,
    alignment: Alignment,
    warnings: list[str],
    options: StackOptions,
    outputs: Optional[Outputs] = None,
    given: Optional[Given] = None,
) -> StackResult:
    chosen, settings = method_of(options)
    strokes = given.record.strokes if given else options.strokes
    check(strokes, frames)
    observers = _observers(options, len(frames))
    settings = fitted(frames, chosen, settings, options, outputs)
    observed = ObservedFrames(frames, observers.values())
    steps = Steps() if outputs and outputs.save_steps else None
    decided = chosen.fuse_frames(observed, given and given.decision, steps=steps, **settings)
    fused = retouched(decided, frames, strokes)
    return StackResult(
        image=image_of(fused, frames),
        focus_map=fused.source,
        frames=frames,
        alignment=alignment,
        method=chosen,
        engine=_engine(settings, fused.quantized),
        options=replace(options, tile=settings.get("tile")),
        warnings=warnings,
        observers=observers,
        decision=decided.source,
        strokes=tuple(strokes),
        steps=steps,
    )


def _write_slabs(result: StackResult, outputs: Outputs, options: StackOptions, size: int) -> str:
    """Fuse consecutive registered frames, write each result, and return a note of where."""
    frames, memory = result.frames, options.memory_limit
    if memory:  # the result stays
        maps = 2 * (0 if result.focus_map is None else result.focus_map.nbytes)
        memory = max(1, memory - result.image.nbytes - maps)
    options = replace(options, memory=memory, advice=False, maps=(), strokes=())
    parts = slabs(len(frames), size, outputs.overlap)
    paths = slab_paths(outputs.image, len(parts))
    for numbers, path in zip(parts, paths):
        _fused(frames.only(numbers), result.alignment, [], options).save(path)
    folder = paths[0].parent
    said = f"{len(parts)} slabs of {len(parts[0])} frames are in {folder}"
    return said + (", which also holds other files." if {*folder.iterdir()} - {*paths} else ".")


def _engine(settings: dict[str, Any], quantized: bool) -> Optional[str]:
    """Name the engine and its arithmetic for summaries and records."""
    if "engine" not in settings:
        return None
    return engine_name(settings["engine"]) + (" (quantized)" if quantized else "")


def _registered(
    frames: Frames, options: StackOptions
) -> tuple[RegisteredFrames, Alignment, list[str]]:
    """Select and register frames; also return a warning for each that is left out."""
    good, warnings = select_frames(frames, options.skip_bad, options.progress)
    frames.check_correction(good[0])
    how = (options.align, options.level == "auto", options.keep_frame, options.skip_bad)
    reference = _place_of_reference(frames, options.reference, good)
    registered, alignment = register(frames.only(good), *how, options.progress, reference)
    numbers = [good[n] for n in alignment.numbers]
    left_out = [n for n in range(len(frames)) if n not in numbers]
    warnings += [
        f"{frames.name(n)} cannot be registered and is left out." for n in left_out if n in good
    ]
    return registered, replace(alignment, numbers=numbers, left_out=left_out), warnings


def _lack_of_confidence(confidence: np.ndarray) -> list[str]:
    share = np.mean(confidence == FRAMES_DIFFER)
    found = f"The confidence map is 0 in {share:.0%} of the image, where the frames differ by more "
    return [found + "than focus."] if share > MOST else []


def _place_of_reference(frames: Frames, number: Optional[int], good: list[int]) -> Optional[int]:
    if number is None:
        return None
    if number >= len(frames):
        raise BadInput(f"There is no frame {number + 1}: the stack has {len(frames)} frames.")
    if number not in good:
        raise BadInput(
            f"{frames.name(number)} does not fit, so it cannot be the reference frame. Choose "
            "another --reference."
        )
    return good.index(number)


def _observers(options: StackOptions, count: int) -> dict[str, Any]:
    """Make the observers that see each frame while it is fused, by name."""
    needed: dict[str, Any] = {}
    if options.observes(count):
        needed["sweep"] = FocusSweep()
    if "confidence" in options.maps:
        needed["agreement"] = Agreement()
    return needed


def image_of(fused: Fused, frames: RegisteredFrames) -> np.ndarray:
    """Convert to the form of the frames: H x W if gray, floats in range, with their alpha."""
    picture, alpha = fused.picture, frames.fused_alpha(fused.source)
    if picture.dtype.kind == "f":
        picture = np.clip(picture, *frames.range, out=picture)
    return squeezed(picture) if alpha is None else np.dstack([picture, alpha])
