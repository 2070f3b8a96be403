"""Pairs of the paper's tables and figures, and the pairs that stand in for unpublished ones."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperPair:
    """A pair of the paper, or a stand-in."""

    table: int  # number of the pair's table; its figure has the number `table` + 5
    title: str

    @property
    def figure(self):
        """Number of the figure that shows the pair."""
        return self.table + 5


PAPER_PAIRS = {
    "clock": PaperPair(1, "Clock"),
    "clockdark": PaperPair(1, "Clock, the darker copy"),
    "pepsi": PaperPair(2, "Pepsi"),
    "camera": PaperPair(3, "camera (stand-in)"),
    "cameralr": PaperPair(3, "camera (stand-in)"),
    "coffee": PaperPair(4, "colour (stand-in)"),
}
"""Name of a pair within its folder -> its place in the paper. The demo has the last two tables'."""
