"""Plot like the paper's Fig. 5: validation PSNR of designs over iterations and over seconds."""

from matplotlib.figure import Figure

from .training_log import psnr
from .training_plot import save, style


def write(path, studies):
    """Draw the studies, one per row, and write the figure.

    Parameters
    ----------
    path : str or Path
        Figure to write; the suffix chooses the format: png, pdf, svg, ...
    studies : dict of str to dict of str to TrainingLog
        Study -> label of a curve -> log of its training, with its `patch`.

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
        for axes, unit in zip(panels, ("iterations", "seconds")):
            style(axes, study, "validation PSNR (dB)", unit)
            _curves(axes, curves, unit)
        panels[0].legend(frameon=False, loc="upper left")
    return figure


def _curves(axes, curves, unit):
    for label, log in curves.items():
        places = [point.iteration if unit == "iterations" else point.seconds for point in log.val]
        decibel = [psnr(point.loss, log.patch) for point in log.val]
        axes.plot(places, decibel, label=label, linewidth=1.5, marker="o", markersize=3)
