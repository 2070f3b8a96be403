"""The content of a page's viewer: the images of one scene, and their scores."""

from dataclasses import dataclass, field

from .embedding import Embedded


@dataclass(frozen=True)
class Shown:
    """A picture of a viewer."""

    label: str  # its name in the viewer's lists
    alt: str  # description
    picture: Embedded
    values: dict = field(default_factory=dict)  # scores by metric; none of a source
    legend: tuple = ()  # legend of a map: pairs (class of the swatch, text)


@dataclass(frozen=True)
class Row:
    """A row of the table of scores: its metric, label, decimals and direction."""

    metric: str
    label: str
    digits: int
    lower_is_better: bool = False

    def text(self, values):
        """Score as text; empty where there is none."""
        value = values.get(self.metric)
        return "" if value is None else f"{value:.{self.digits}f}"


@dataclass(frozen=True)
class Viewer:
    """Pictures of one scene."""

    title: str
    pictures: list  # of Shown; the first has the size in which all are compared
    right: int  # number of the picture shown at the right at first; the first is at the left
    rows: list = field(default_factory=list)  # of Row; of the table of scores

    @property
    def size(self):
        """Width and height of the first picture."""
        first = self.pictures[0].picture
        return first.width, first.height

    @property
    def noise(self):
        """Difference, in 8-bit levels, that compression of the pictures can make."""
        return max(shown.picture.noise for shown in self.pictures)


def legend(kind, names):
    """Make the legend of a map for frames of these names; see `Shown.legend`."""
    first, last = names[0], names[-1]
    return {
        "focus": [("focus", f"copied from {first} (white) to {last} (black)")],
        "depth": [("depth", f"in focus in {first} (violet) to {last} (yellow)")],
        "confidence": [
            ("white", "reliable"),
            ("gray", "no frame is sharp"),
            ("black", "frames differ by more than focus"),
        ],
    }[kind]
