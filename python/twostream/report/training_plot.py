"""Plot of training loss and validation PSNR, like the paper's Fig. 5."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter, StrMethodFormatter

from ..errors import BadInput
from ..io.atomic import atomic_write
from .training_log import psnr_of_loss

INK, GRID = "0.3", "0.9"
MOST_MARKERS = 60
"""Largest number of validation points that get markers."""


def write(path, trainings):
    """Draw the curves of trainings, label -> TrainingLog, and write the figure as `save` does."""
    save(draw(trainings), path)


def save(figure, path):
    """Write a matplotlib Figure in the format of the path's suffix; raise BadInput on failure."""
    with atomic_write(path) as partial:
        try:
            figure.savefig(partial, dpi=160)
        except ValueError as error:
            raise BadInput(f"Cannot write {path}: {error}.") from error


def draw(trainings):
    """Draw the two panels and return the matplotlib Figure."""
    figure = Figure(figsize=(10, 4), constrained_layout=True)
    loss, quality = figure.subplots(1, 2, sharex=True)
    style(loss, "Training loss", "squared error per patch")
    style(quality, "Validation", "PSNR (dB)")
    loss.set_yscale("log")
    loss.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    loss.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    loss.yaxis.set_minor_formatter(NullFormatter())
    for label, log in trainings.items():
        losses, tests = ([(p.iteration, p.loss) for p in part] for part in (log.train, log.val))
        loss.plot(*np.transpose(losses), label=label, linewidth=1.5)
        decibel = [n for n, _ in tests], [psnr_of_loss(value, log.patch) for _, value in tests]
        marker = "o" if len(log.val) <= MOST_MARKERS else ""
        quality.plot(*decibel, label=label, linewidth=1.5, marker=marker, markersize=4)
    if not any(log.val for log in trainings.values()):
        quality.text(0.5, 0.5, "no test phase yet", transform=quality.transAxes, ha="center")
    if len(trainings) > 1:
        loss.legend(frameon=False, loc="upper right")
    return figure


def style(axes, title, unit, places="iterations"):
    """Set the title, labels and line style of a panel."""
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(places)
    axes.set_ylabel(unit)
    axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    axes.grid(color=GRID)
    axes.tick_params(colors=INK)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(INK)
