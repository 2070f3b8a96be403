"""The pictures that a command line names."""

from ..batch.sets import natural
from ..errors import BadInput
from ..evaluation.pair_set import pictures


def pictures_of(paths, but=None):
    """Replace folders by their pictures, ordered by name so that 9 comes before 10.

    Parameters
    ----------
    paths : list of Path
    but : Path, optional
        A picture that is not taken of a folder, such as the result of an earlier call.

    Returns
    -------
    list of Path

    Raises
    ------
    BadInput
        If a folder cannot be read or holds no picture.
    """
    found = []
    for path in paths:
        there = _of_folder(path, but) if path.is_dir() else [path]
        if not there:
            raise BadInput(f"{path} holds no picture.")
        found += there
    return found


def _of_folder(path, but):
    but = but and but.resolve()
    return sorted((one for one in pictures(path) if one.resolve() != but), key=natural)
