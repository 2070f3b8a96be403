"""A program that fuses pictures, given by its command line."""

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ...errors import BadInput
from ...io import images
from .run import LIMIT, run

PLACES = {
    "{sources}": "the paths of all pictures, one argument each",
    "{first}": "the path of the first of two pictures",
    "{second}": "the path of the second of two pictures",
    "{folder}": "a folder that holds nothing but the pictures, sorted by name",
    "{scratch}": "an empty folder for intermediate files of the program",
    "{out}": "the path of the fused picture, a PNG file that the program writes",
}
"""Placeholder of a command line -> its value for one set of pictures."""

_INPUTS = ("{sources}", "{folder}", "{first}")


@dataclass(frozen=True)
class Program:
    """Another program (or our own command line) as a row of a benchmark."""

    name: str  # name of its rows and of its folders
    words: tuple  # command line with the `PLACES`; ``{sources}`` is a word by itself
    limit: float = LIMIT  # maximum seconds per picture

    @classmethod
    def of(cls, name, command, limit=LIMIT):
        """Make a Program from a command line, split as a shell would; BadInput if it is invalid."""
        try:
            words = tuple(shlex.split(command))
        except ValueError as error:
            raise BadInput(f"The command of {name} cannot be read: {error}.") from error
        program = cls(name, words, limit)
        program.check()
        return program

    def check(self):
        """Raise BadInput unless the program is installed and its command names its files."""
        if not re.fullmatch(r"[\w.,+-]*\w[\w.,+-]*", self.name):
            raise BadInput(
                f"The program name {self.name!r} is invalid. Use letters, digits, - and _ only."
            )
        inside = " ".join(self.words)
        if not any(place in inside for place in _INPUTS) or "{out}" not in inside:
            raise BadInput(
                f"The command of {self.name} must name its files: {{sources}}, {{folder}} or "
                "{first}, and {out}."
            )
        if any("{sources}" in word and word != "{sources}" for word in self.words):
            raise BadInput(
                f"{{sources}} must be an argument by itself in the command of {self.name}."
            )
        if not shutil.which(self.words[0]):
            raise BadInput(f"There is no program {self.words[0]}. Install it, or give its path.")

    @property
    def files(self):
        """Files of the command line, such as the program itself: its results depend on them."""
        found = [shutil.which(self.words[0]), *self.words[1:]]
        return [Path(word) for word in found if word and _is_file(word)]

    def fuse_files(self, sources):
        """Run the program on the files of two or more pictures; return its picture and a Usage.

        Raise BadInput if the program fails (see `run`), or leaves no picture that can be read.
        """
        with TemporaryDirectory(prefix="twostream_") as folder:
            command = self._command([Path(path).absolute() for path in sources], Path(folder))
            out = Path(folder, "fused.png")
            usage = run(command, self.limit, self.name)
            if not out.exists():
                raise BadInput(f"{self.name} ended without an error, but wrote no image.")
            return images.read(out), usage

    def _command(self, sources, folder):
        values = self._values(sources, folder)
        words = []
        for word in self.words:
            if word == "{sources}":
                words += map(str, sources)
                continue
            for place, value in values.items():
                word = word.replace(place, str(value))
            words.append(word)
        return words

    def _values(self, sources, folder):
        """Map each placeholder but ``{sources}`` to its value; make the folders that are named."""
        inside = " ".join(self.words)
        values = {"{out}": folder / "fused.png"}
        for place in ("{folder}", "{scratch}"):
            if place in inside:
                values[place] = folder / place.strip("{}")
                values[place].mkdir()
        if "{folder}" in inside:
            for number, path in enumerate(sources):
                (values["{folder}"] / f"{number:04}{path.suffix}").symlink_to(path)
        if "{first}" in inside or "{second}" in inside:
            if len(sources) != 2:
                raise BadInput(f"{self.name} takes two frames, not {len(sources)}.")
            values.update(zip(("{first}", "{second}"), sources))
        return values


def _is_file(word):
    try:
        return Path(word).is_file()
    except (OSError, ValueError):  # too long for a path
        return False
