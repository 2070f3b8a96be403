"""One sentence on which frames a stack lacks."""


def advice(gaps, names):
    """Say where nothing is sharp and what would help.

    Parameters
    ----------
    gaps : gaps.Gaps
    names : list of str
        Of the frames.

    Returns
    -------
    str or None
        None if nothing is missing.
    """
    if not gaps.shares:
        return None
    share = 100 * sum(gaps.shares.values())
    places = " and ".join(_place(gap, names) for gap in gaps.shares)
    return f"Nothing is sharp in {share:.1f} % of the picture: add a frame {places}."


def _place(gap, names):
    if gap == 0:
        return f"before the first ({names[0]})"
    if gap == len(names):
        return f"after the last ({names[-1]})"
    return f"between {gap} and {gap + 1} ({names[gap - 1]} and {names[gap]})"
