"""Pairs of the paper's tables and figures, and stand-ins for unpublished pairs."""

from dataclasses import dataclass

from ..evaluation.demo import SCENES


@dataclass(frozen=True)
class PaperPair:
    """A pair of the paper, or a stand-in."""

    table: int  # number of the pair's table; its figure has the number `table` + 5
    title: str

    @property
    def figure(self):
        """Number of the figure that shows the pair."""
        return self.table + 5


PUBLIC = {
    "clock": PaperPair(1, "Clock"),
    "clockdark": PaperPair(1, "Clock, the darker copy"),
    "pepsi": PaperPair(2, "Pepsi"),
    "cameralr": PaperPair(3, "camera (stand-in)"),
}
DEMO = {
    "camera": PaperPair(3, "camera (stand-in)"),
    "coffee": PaperPair(4, "colour (stand-in)"),
}
PAPER_PAIRS = {**PUBLIC, **DEMO}
"""Name of a pair within its folder -> its place in the paper."""


def paper_pairs(pairs):
    """Return the pairs of the paper's tables, in their order: dict of Pair to PaperPair.

    Other photographs can have the same names. So public pairs count only where Clock and Pepsi are
    both there, and stand-ins only in a folder that holds exactly the pairs of the demo.
    """
    scenes = {}
    for pair in pairs:
        scenes.setdefault(pair.sources[0].parent, set()).add(pair.scene)
    demos = [folder for folder, names in scenes.items() if names == {s.name for s in SCENES}]
    names = set().union(*scenes.values())
    public = "pepsi" in names and not names.isdisjoint(("clock", "clockdark"))
    found = {
        pair: PAPER_PAIRS[pair.scene]
        for pair in pairs
        if (public and pair.scene in PUBLIC)
        or (pair.sources[0].parent in demos and pair.scene in DEMO)
    }
    return dict(sorted(found.items(), key=lambda both: both[1].table))
