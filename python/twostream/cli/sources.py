"""The pictures that a command line names."""

from ..batch.sets import natural
from ..errors import BadInput
from ..evaluation.pair_set import pictures


def pictures_of(paths):
    """Replace folders by their pictures, ordered by name so that 9 comes before 10.

    Parameters
    ----------
    paths : list of Path

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
        there = sorted(pictures(path), key=natural) if path.is_dir() else [path]
        if not there:
            raise BadInput(f"{path} holds no picture.")
        found += there
    return found
