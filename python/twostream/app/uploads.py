"""What may be uploaded, and uploads by their own names in one folder."""

import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput


@dataclass(frozen=True)
class Limits:
    """Limits of one fusion."""

    megabytes: int = 2000  # of all files together, and of each
    megapixels: int = 100  # of each picture
    pictures: int = 100  # files, and pages of TIFF files

    def check_files(self, paths):
        """Raise BadInput if there are no files, too many, or too many bytes."""
        if not paths:
            raise BadInput("Add two or more pictures first, or a TIFF file with several pages.")
        self.check_count(len(paths))
        size = sum(os.path.getsize(path) for path in paths)
        if size > self.megabytes * 10**6:
            raise BadInput(
                f"The files have {size / 1e6:.0f} MB together, more than the limit of "
                f"{self.megabytes} MB; --max-megabytes raises it."
            )

    def check_count(self, count):
        """Raise BadInput if there are too many pictures."""
        if count > self.pictures:
            raise BadInput(
                f"There are {count} pictures, more than the limit of {self.pictures}; "
                "--max-pictures raises it."
            )


def link_uploads(paths, folder, reserved=()):
    """Give uploaded files a name in a folder on their disk: their own, numbered if it is not free.

    Return the names; those that are reserved are not free. Raise BadInput if an upload is there no
    more.
    """
    taken, names = {name.lower() for name in reserved}, []
    for path in map(Path, paths):
        name, number = path.name, 1
        while name.lower() in taken:
            number += 1
            name = f"{path.stem}_{number}{path.suffix}"
        taken.add(name.lower())
        try:
            os.link(path, folder / name)
        except FileNotFoundError:
            raise BadInput(f"{path.name} is not here any more: add it again.") from None
        names.append(name)
    return names
