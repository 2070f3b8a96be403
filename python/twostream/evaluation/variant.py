"""A method with chosen options, such as other weights, as a row of a benchmark."""

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from ..methods import METHODS, Method, method
from ..nets.pretrained import files_of, names

LABELS = {
    "paper": "paper's recipe",
    "multiscale": "four scales",
    "wide": "filters of 9x9",
    "toolbox": "toolbox's rule",
    "ann": "ANN",
    "svm": "SVM",
    "pnn": "PNN",
    "bfcn": "BFCN",
}
"""Value of an option -> its label in tables, where it is not the usual one."""

ALSO_SHOWN = {
    "ratio_pyramid": ("ratio_pyramid:rule=toolbox",),
    "two_stream": tuple(f"two_stream:weights={name}" for name in ("paper", "wide", "multiscale")),
    "block_classifier": tuple(
        f"block_classifier:classifier={name}" for name in ("svm", "pnn", "bfcn")
    ),
}
"""Method -> variants that tables and figures also show."""

ROWS = tuple(
    row
    for name, one in METHODS.items()
    if one.has_weights
    for row in (name, *ALSO_SHOWN.get(name, ()))
)
"""Default rows of tables and figures; `chosen_method` takes each."""


@dataclass(frozen=True)
class Variant:
    """A method with chosen options."""

    method: Method
    options: tuple  # of (str, object); name and value of each chosen option
    engine: str = None  # runs its network, see `engines.load`; not in the name, as engines agree

    @property
    def name(self):
        """Name of its rows and of its folders, such as ``two_stream-weights=paper``."""
        if not self.options:
            return self.method.name
        text = ",".join(f"{name}={value}" for name, value in self.options)
        return re.sub(r"[^\w.,=-]+", "-", f"{self.method.name}-{text}")

    @property
    def label(self):
        """Name in tables with labels, such as ``Two-stream (paper's recipe)``."""
        if not self.options:
            return self.method.label
        return f"{self.method.label} ({', '.join(map(_words, *zip(*self.options)))})"

    @property
    def weights(self):
        """Files of the net and its weights that it reads."""
        files = {k: v for k, v in self.options if k in ("weights", "prototxt")}
        return (*files_of(**files), *self.method.weights) if files else self.method.weights

    def fuse(self, images):
        """Fuse pictures with the chosen options."""
        engine = {"engine": self.engine} if self.engine else {}
        return self.method.fuse(images, **engine, **dict(self.options))


def chosen_method(text, engine=None):
    """Find a Method, or make a Variant of one: ``two_stream:weights=fast,tile=256``.

    The engine runs the network of a method that has one, unless `text` names another. Raise
    BadInput if there is no such method, it has no such option, or a value cannot be used.
    """
    name, colon, rest = text.partition(":")
    found = method(name)
    options = tuple(_option(found, part) for part in rest.split(",")) if colon else ()
    if "engine" not in found.options or "engine" in dict(options):
        engine = None
    return Variant(found, options, engine) if options or engine else found


def _option(found, text):
    name, _, value = text.partition("=")
    found.check_options([name])
    if not value:
        raise BadInput(f"The option {name} of {found.name} has no value: write {name}=VALUE.")
    return name, _converted(name, value, found.options[name])


def _converted(name, text, default):
    """Convert the value of an option to the type of its default."""
    if name in ("weights", "prototxt") and text not in names() and not Path(text).is_file():
        raise BadInput(f"There is no file {text}, which the option {name} names.")
    if default is None or isinstance(default, str):
        return text
    try:
        return {int: int, float: float}[type(default)](text)
    except KeyError:
        raise BadInput(f"The option {name} cannot be chosen here.") from None
    except ValueError:
        raise BadInput(f"The option {name} is a number, not {text!r}.") from None


def _words(name, value):
    """Format an option and its value for a label."""
    usual = Path(value).stem if name == "weights" else f"{name} {value}"
    return LABELS.get(value, usual)
