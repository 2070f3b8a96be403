"""Lookup by name, with an error that suggests similar names."""

import difflib

from .errors import BadInput


def lookup(name, known, kind):
    """Return ``known[name]``.

    Raises
    ------
    BadInput
        If there is none of that name; suggests similar names, or lists all if none is similar.
    """
    if name in known:
        return known[name]
    near = difflib.get_close_matches(str(name).lower(), known, n=3)
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
    raise BadInput(f"There is no {kind} named {name!r}; {advice}")
