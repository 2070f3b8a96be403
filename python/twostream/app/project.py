"""A project: a folder with frames, options and results, and the file that describes it."""

import json
import re
import shutil
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Optional

from ..alignment.alignment import MODELS
from ..errors import BadInput
from ..fusion.select import PREFERENCES
from ..io.atomic import atomic_write
from ..io.images import READABLE
from ..methods import METHODS
from ..stacking.options import StackOptions
from ..stacking.retouching import Stroke, fault
from ..stacking.sources import natural

FILE = "project.json"
KIND = "twostream project 1"
"""First entry of each such file."""
CHOICES = {
    "method": [name for name, one in METHODS.items() if one.has_weights],
    "align": list(MODELS),
    "prefer": ["", *PREFERENCES],
    "keep_frame": [False, True],
    "skip_bad": [False, True],
    "convert_profile": [False, True],
    "maps": [False, True],
}
"""Option of the page -> its values. `maps` are the depth map and the confidence map."""
DEFAULTS = {**{name: values[0] for name, values in CHOICES.items()}, "method": "select"}
DEFAULTS["maps"] = True


@dataclass(frozen=True)
class Frame:
    """A frame of the project."""

    number: int
    name: str  # as it was uploaded; for people, never a path
    path: str  # on disk, relative to the project's folder unless it lies elsewhere
    page: Optional[int] = None
    used: bool = True  # whether it is fused
    width: int = 0
    height: int = 0
    sharpness: float = 0.0  # mean gradient as a share of the brightness
    brightness: float = 0.0  # mean, as a share of white
    digest: str = ""  # of its pixels
    problem: str = ""  # findings of the checks

    @property
    def label(self):
        """Its name, with the page."""
        return self.name if self.page is None else f"{self.name} (page {self.page + 1})"

    @property
    def on_disk(self):
        """Label with the name of the file on disk, see `Project.in_words_of_the_user`."""
        return replace(self, name=Path(self.path).name).label


@dataclass
class Project:
    """Frames in the order of their focus, options and results."""

    folder: Path
    frames: list = field(default_factory=list)
    options: dict = field(default_factory=lambda: dict(DEFAULTS))
    last: int = 0  # number of the last file, frame or result
    preview: Optional[dict] = None  # what `work.preview` returned
    result: Optional[dict] = None  # what `work.fuse` returned
    strokes: list = field(default_factory=list)  # entries of strokes, with the numbers of frames
    undone: list = field(default_factory=list)  # strokes that can be done again, the next one last
    corrections: dict = field(default_factory=dict)  # option ``dark`` or ``flat`` -> file
    crop: Optional[list] = None  # of the result to which the strokes belong, see `Record.crop`

    @property
    def used(self):
        """The frames to be fused."""
        return [frame for frame in self.frames if frame.used]

    def next(self):
        """Return a number that no file, frame or result has."""
        self.last += 1
        return self.last

    def new_file(self, name):
        """Return the path of an upload on disk: a number, with the suffix if it is known."""
        suffix = Path(name).suffix.lower()
        path = self.folder / "frames" / f"frame-{self.next():04d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_suffix(suffix if suffix in READABLE else "")

    def add(self, found, problems):
        """Add frames in the order of their names, and leave out those with a new problem.

        Numbers in names count as numbers. Problems are sentences, by the numbers of frames.
        """
        self.frames += sorted(found, key=lambda one: (natural(Path(one.name)), one.page or 0))
        for n, frame in enumerate(self.frames):
            problem = self.in_words_of_the_user(problems.get(frame.number) or frame.problem)
            used = frame.used and (not problem or problem == frame.problem)
            self.frames[n] = replace(frame, problem=problem, used=used)
        self.drop_results()

    def edit(self, frames=None, options=None):
        """Change order and use of frames, as pairs (number, used), and options.

        Raise BadInput if a frame or an option does not exist.
        """
        if frames is not None:
            known = {frame.number: frame for frame in self.frames}
            try:
                found = [replace(known[number], used=bool(used)) for number, used in frames]
            except (KeyError, TypeError, ValueError):
                found = []
            if len({frame.number for frame in found}) != len(known) or len(found) != len(known):
                raise BadInput("The frames have changed meanwhile. Load the page again.")
            self.frames = found
        for name, value in (options if isinstance(options, dict) else {}).items():
            if type(value) not in (str, bool) or value not in CHOICES.get(name, ()):
                raise BadInput(f"The page has no value {value!r} for the option {name!r}.")
            self.options[name] = value
        self.drop_results()

    def retouch(self, add=None, undo=False, redo=False):
        """Add a stroke to the result, take the last one back, or do it again.

        Raise BadInput if it is no stroke.
        """
        if self.result is None:
            raise BadInput("There is no result to retouch. Press Fuse first.")
        if add is not None:
            self._check(add)
            self.strokes, self.undone = [*self.strokes, add], []
        for wanted, here, there in (
            (undo, self.strokes, self.undone),
            (redo, self.undone, self.strokes),
        ):
            if wanted and here:
                there.append(here.pop())
        self.save()

    def _check(self, stroke):
        shown = self.result
        try:
            found = self.placed(shown, [stroke])
            every = [*self.placed(shown), *found]
            wrong = fault(every, len(shown["frames"]), (shown["height"], shown["width"]))
            wrong = wrong or (not found and "it is of another frame")
        except (TypeError, KeyError):
            wrong = "it is no stroke"
        if wrong:
            raise BadInput(f"This stroke cannot be used: {wrong}. Load the page again.")

    def placed(self, shown, strokes=None):
        """Return the strokes of frames that a result has, by their places in it."""
        places = {number: n for n, number in enumerate(shown["frames"])}
        strokes = self.strokes if strokes is None else strokes
        return [
            Stroke(**{**s, "frame": places[s["frame"]]}) for s in strokes if s["frame"] in places
        ]

    def open(self, frames, shown, strokes, corrections):
        """Adopt the result of `opening.open_record`."""
        self.frames, self.strokes, self.undone, self.corrections = frames, strokes, [], corrections
        self.last += len(frames)
        self.crop = None
        self.add_result(shown)
        self.save()

    def add_result(self, found):
        """Keep a new result; strokes of an earlier one stay where they were in the scene."""
        self.result = found
        top, left, height, width = found["crop"]
        y, x = (0, 0) if self.crop is None else (self.crop[0] - top, self.crop[1] - left)
        for stroke in [*self.strokes, *self.undone]:
            stroke["points"] = [
                [min(max(a + x, 0), width), min(max(b + y, 0), height)] for a, b in stroke["points"]
            ]
        self.crop = found["crop"]

    def drop_results(self):
        """Forget results of other frames or options."""
        self.preview = self.result = None
        self.save()

    def save(self):
        """Write the project's file."""
        found = {name: value for name, value in vars(self).items() if name != "folder"}
        found["frames"] = [asdict(frame) for frame in self.frames]
        with atomic_write(self.folder / FILE) as partial:
            partial.write_text(json.dumps({"kind": KIND, **found}, indent=1) + "\n")
        for path in self.folder.glob("results/*"):
            if path.name not in {str(one["number"]) for one in self.made}:
                shutil.rmtree(path, ignore_errors=True)

    @property
    def made(self):
        """The existing results."""
        return [one for one in (self.preview, self.result) if one]

    def stack_options(self, megapixels, **more):
        """Return the StackOptions."""
        return StackOptions(
            max_megapixels=megapixels,
            maps=("depth", "confidence")[1 - self.chooses :] if self.options["maps"] else (),
            prefer=self.options["prefer"] or None if self.options["method"] == "select" else None,
            **{k: v for k, v in self.options.items() if k not in ("maps", "prefer")},
            **self.corrections,
            **more,
        )

    @property
    def chooses(self):
        """Whether the method chooses pixels, so that there is a focus map."""
        return METHODS[self.options["method"]].chooses

    def in_words_of_the_user(self, text):
        """Replace names of files on disk, and ``frame N`` of a preview, by the uploaded names."""
        text = text.replace("Leave such frames out with --skip-bad.", "Untick it.")
        files = {Path(frame.path).stem: frame.name for frame in self.frames}
        used = [frame.label for frame in self.used]
        folder = re.escape(str(self.folder / "frames"))

        def name(found):
            if found[1]:
                return files.get(f"frame-{found[1]}", found[0])
            return used[int(found[2]) - 1] if 0 < int(found[2]) <= len(used) else found[0]

        return re.sub(rf"(?:{folder}/)?frame-(\d+)(?:\.\w+)?|\bframe (\d+)\b", name, text)
