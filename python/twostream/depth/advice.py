"""Advice on missing frames of a stack."""


def advice(gaps, names):
    """Return a sentence on the gaps of a stack and the frames to add; None without gaps."""
    if not gaps.shares:
        return None
    share = sum(gaps.shares.values())
    places = " and ".join(_place(gap, names) for gap in gaps.shares)
    return f"Nothing is sharp in {share:.1%} of the image: add a frame {places}."


def _place(gap, names):
    if gap == 0:
        return f"before the first ({names[0]})"
    if gap == len(names):
        return f"after the last ({names[-1]})"
    return f"between {gap} and {gap + 1} ({names[gap - 1]} and {names[gap]})"
