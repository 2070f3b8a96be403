"""The scores of one method on one pair, kept in a file of its own."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from ..errors import BadInput
from ..io import images
from ..io.atomic import atomic_write
from ..metrics import Plane
from .pair_set import fused_picture
from .programs import Program

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass
class Score:
    """Scores of one fused picture."""

    pair: str
    method: str
    values: dict = field(default_factory=dict)  # by metric, without metrics that cannot be computed
    # Reasons, by metric; ``""`` stands for the fused picture itself.
    errors: dict = field(default_factory=dict)
    seconds: float = None  # time that the fusion took; None for a picture that was fused elsewhere
    # Largest memory in bytes of a program; None for a method, which shares a process with others.
    peak: int = None


def evaluate_pair(pair, methods, metrics, out):
    """Return the Scores of all methods on a Pair; those that an earlier call finished are kept.

    A method is a Program, an External, or has `name`, `fuse` and `weights`. Without any metrics
    only the fused pictures are made. The folder `out` gets the scores and the fused pictures.
    """
    try:
        scene = _Scene(pair)
    except BadInput as error:
        return [Score(pair.name, m.name, errors={"": str(error)}) for m in methods]
    return [_evaluate(scene, method, metrics, Path(out)) for method in methods]


def picture_path(out, method, pair):
    """Return the path of the picture that a method (not an External) fused from a pair."""
    return Path(out) / "fused" / method.name / f"{pair.name}.png"


@dataclass(frozen=True)
class External:
    """Results of another program: their name, and the folder of the fused pictures."""

    name: str
    folder: Path


class _Scene:
    """A pair's pictures, read once; metrics share intermediate results."""

    def __init__(self, pair):
        if len(pair.sources) < 2:
            raise BadInput(
                f"The partner of {pair.sources[0]} is missing. Add it, or remove the file."
            )
        self.pair = pair
        self.images = [images.read(path) for path in pair.sources]
        self.sources = [Plane.of(image) for image in self.images]
        self.truth = Plane.of(images.read(pair.truth)) if pair.truth else None
        self.digest = _digest([*pair.sources, *filter(None, [pair.truth])])

    def allows(self, metric):
        return metric.compares_with != "truth" or self.truth is not None


def _evaluate(scene, method, metrics, out):
    path = out / "scores" / method.name / f"{scene.pair.name}.json"
    picture = picture_path(out, method, scene.pair)
    score = Score(scene.pair.name, method.name)
    try:
        key = _key(scene, method)
        score = _kept(path, key) or score
        missing = [m for m in metrics if m.name not in score.values and scene.allows(m)]
        if missing or not _stands(picture, method, score):
            fused = _fused(scene, method, picture, score)
            _measure(score, missing, scene, fused)
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(path) as partial:
                kept = {"key": key, "score": asdict(score)}
                partial.write_text(json.dumps(kept, indent=1) + "\n")
    except BadInput as error:
        score.errors[""] = str(error)
    return score


def _fused(scene, method, picture, score):
    if isinstance(method, External):
        path = fused_picture(method.folder, scene.pair)
        return _of_the_size(images.read(path), scene, path)
    if _stands(picture, method, score):
        return images.read(picture)
    if isinstance(method, Program):
        fused, usage = method.fuse_files(scene.pair.sources)
        score.seconds, score.peak = usage.seconds, usage.peak
        fused = _of_the_size(fused, scene, f"The image by {method.name}")
    else:
        began = time.perf_counter()
        fused = method.fuse(scene.images)
        score.seconds = time.perf_counter() - began
    picture.parent.mkdir(parents=True, exist_ok=True)
    images.write(picture, fused)
    return fused


def _stands(picture, method, score):
    """Tell whether the fused picture can be used again.

    Without a recorded time it may belong to other sources.
    """
    return isinstance(method, External) or (score.seconds is not None and picture.exists())


def _of_the_size(fused, scene, name):
    source = scene.images[0]
    if fused.shape[:2] != source.shape[:2]:
        sizes = ["{1}x{0}".format(*image.shape) for image in (fused, source)]
        raise BadInput(
            f"{name} has the size {sizes[0]}, its sources {sizes[1]}. It must not be cropped."
        )
    return fused


def _measure(score, metrics, scene, fused):
    plane = Plane.of(fused)
    for metric in metrics:
        score.errors.pop(metric.name, None)
        try:
            score.values[metric.name] = metric(plane, scene.sources, scene.truth)
        except BadInput as error:
            score.errors[metric.name] = str(error)


def _key(scene, method):
    """Return a digest of the images, of this toolkit's code, and of the method.

    Of a method these are its weights and engine, of a program its files and command line.
    """
    if isinstance(method, External):
        files, how = [fused_picture(method.folder, scene.pair)], None
    elif isinstance(method, Program):
        files, how = method.files, method.words
    else:
        files, how = method.weights, getattr(method, "engine", None)
    return f"{scene.digest}:{_code_digest(PACKAGE)}:{_digest(files)}:{how}"


@cache
def _code_digest(package):
    """Digest the modules and the schema of a package: any may change a picture or a score."""
    return _digest(sorted([*package.rglob("*.py"), *package.rglob("*.proto")]))


def _digest(paths):
    digest = hashlib.sha256()
    try:
        for path in paths:
            digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    except OSError as error:
        raise BadInput(f"Cannot read {error.filename}: {error.strerror}.") from error
    return digest.hexdigest()


def _kept(path, key):
    """Return the score of an earlier call, unless it is damaged or its digest has changed."""
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return Score(**kept["score"]) if kept["key"] == key else None
