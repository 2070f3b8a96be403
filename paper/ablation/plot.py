"""Plot like the paper's Fig. 5: validation PSNR of designs over iterations and over seconds."""

import numpy as np
from matplotlib.figure import Figure

from twostream.report.training_plot import save, style

from .findings import UNITS, places, psnr_at, psnr_curve

GRID = 100
"""Number of places at which the band between seeds is drawn."""


def write(path, studies):
    """Draw the studies, one per row, and write the figure.

    Parameters
    ----------
    path : str or Path
        Figure to write; the suffix chooses the format: png, pdf, svg, ...
    studies : dict of str to dict of str to list of TrainingLog
        Study -> label of a curve -> logs of its trainings, one per seed, with their `patch`. The
        first is drawn as a line; a band shows the distance of the others.

    Raises
    ------
    BadInput
        If the format is unknown or the file cannot be written.
    """
    save(draw(studies), path)


def draw(studies):
    """Draw two panels per study and return the matplotlib Figure."""
    figure = Figure(figsize=(10, 3.2 * len(studies)), constrained_layout=True)
    rows = figure.subplots(len(studies), 2, squeeze=False, sharey="row")
    for (study, curves), panels in zip(studies.items(), rows):
        for axes, unit in zip(panels, UNITS):
            style(axes, study, "validation PSNR (dB)", unit)
            _curves(axes, curves, unit)
        panels[0].legend(frameon=False, loc="lower right")
    return figure


def _curves(axes, curves, unit):
    for label, logs in curves.items():
        (line,) = axes.plot(
            places(logs[0], unit),
            psnr_curve(logs[0]),
            label=label,
            linewidth=1.5,
            marker="o",
            markersize=3,
        )
        if len(logs) > 1:
            _band(axes, logs, unit, line.get_color())


def _band(axes, logs, unit, color):
    """Fill the area between the curves of several seeds."""
    grid = np.linspace(0, min(places(log, unit)[-1] for log in logs), GRID)
    values = [psnr_at(log, grid, unit) for log in logs]
    axes.fill_between(grid, np.min(values, 0), np.max(values, 0), color=color, alpha=0.3, lw=0)
