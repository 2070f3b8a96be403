"""What a viewer of a page shows: the pictures of one scene, and their scores."""

from dataclasses import dataclass, field

from .embedding import Embedded


@dataclass(frozen=True)
class Shown:
    """A picture of a viewer.

    Attributes
    ----------
    label : str
        Its name in the viewer's lists.
    alt : str
        What it shows, in words.
    picture : Embedded
    values : dict of str to float
        Scores by metric; none of a source.
    """

    label: str
    alt: str
    picture: Embedded
    values: dict = field(default_factory=dict)


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
    """Pictures of one scene.

    Attributes
    ----------
    title : str
    pictures : list of Shown
        The first has the size in which all are compared.
    right : int
        Number of the picture that is shown at the right at first; at the left is the first.
    rows : list of Row
        Of the table of scores.
    """

    title: str
    pictures: list
    right: int
    rows: list = field(default_factory=list)

    @property
    def size(self):
        """Width and height of the first picture."""
        first = self.pictures[0].picture
        return first.width, first.height

    @property
    def noise(self):
        """Difference, in 8-bit levels, that compression of the pictures can make."""
        return max(shown.picture.noise for shown in self.pictures)
