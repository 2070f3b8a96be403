"""Lookup by name, with an error that suggests similar names."""

import difflib

from .errors import BadInput


def lookup(name, known, kind):
    """Return ``known[name]``.

    Raises
    ------
    BadInput
        If the name is unknown. The message suggests similar names, or else lists all names.
    """
    if name in known:
        return known[name]
    near = difflib.get_close_matches(str(name).lower(), known, n=3)
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
    raise BadInput(f"There is no {kind} named {name!r}; {advice}")
