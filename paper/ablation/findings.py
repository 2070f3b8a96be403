"""Checks of the paper's findings of Fig. 5, at equal iterations and at equal seconds."""

from dataclasses import dataclass

import numpy as np

from twostream.report.training_log import psnr_of_loss

MARKS = "<!-- findings: written by python -m paper.ablation -->", "<!-- end of findings -->"
"""Lines of a page before and after the table of findings."""
UNITS = "iterations", "seconds"


@dataclass(frozen=True)
class Finding:
    """A finding of the paper's section 3.2.

    Attributes
    ----------
    text : str
    study : str
        Key of `trainings.STUDIES`.
    order : tuple of str
        Labels of its curves, from the best to the worst PSNR according to the finding.
    strict : bool
        Whether each must be better than the next; otherwise it must only not be worse.
    """

    text: str
    study: str
    order: tuple
    strict: bool = True


FINDINGS = (
    Finding("more filters are better", "filters", ("128", "64", "32")),
    Finding("smaller filters converge faster", "kernel", ("3x3", "5x5", "9x9")),
    Finding("more layers do not help", "depth", ("2-1-2", "3-1-3"), strict=False),
    Finding("larger patches are better", "patch", ("100x100", "50x50", "25x25")),
)


def verdict(decibels, spread, strict=True):
    """Judge whether PSNRs have the order of a finding.

    Parameters
    ----------
    decibels : sequence of float
        In the order of the finding, from best to worst.
    spread : float
        Difference, in dB, that can be chance; a smaller one shows no order.
    strict : bool
        See `Finding`.

    Returns
    -------
    str
        ``yes``; ``inconclusive`` if all differences are within the spread. If a later one is better
        by more than that: ``no``, or ``in part`` if another is worse by more than that.
    """
    gains = -np.diff(decibels)
    better, worse = gains > spread, gains < -spread
    if worse.any():
        return "in part" if better.any() else "no"
    if not strict or better.all():
        return "yes"
    return "in part" if better.any() else "inconclusive"


def markdown(studies):
    """Make the table of findings in Markdown.

    Parameters
    ----------
    studies : dict of str to dict of str to list of TrainingLog
        Study -> label of a curve -> its logs, one per seed; see `trainings.logs_of_studies`.

    Returns
    -------
    str
        A row for each finding whose study is given. Differences up to that between the seeds show
        no order.
    """
    repeated = [logs for curves in studies.values() for logs in curves.values() if len(logs) > 1]
    rows = [["finding", *(f"holds at equal {unit}" for unit in UNITS)], ["---"] * 3]
    rows += [
        [finding.text, *(_cell(finding, studies, repeated, unit) for unit in UNITS)]
        for finding in FINDINGS
        if finding.study in studies
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(finding, studies, repeated, unit):
    curves = {label: studies[finding.study][label][0] for label in finding.order}
    place = min(places(log, unit)[-1] for log in curves.values())
    decibels = [psnr_at(log, place, unit) for log in curves.values()]
    seeds = [psnr_at(log, place, unit) for log in repeated[0]] if repeated else [0.0]
    word = verdict(decibels, max(seeds) - min(seeds), finding.strict)
    listed = ", ".join(f"{label} {value:.2f} dB" for label, value in zip(curves, decibels))
    return f"{word} ({place:.0f} {unit}: {listed})"


def psnr_at(log, place, unit):
    """Interpolate the validation PSNR of a log, in dB, at iterations or seconds (`unit`)."""
    return np.interp(place, places(log, unit), psnr_curve(log))


def places(log, unit):
    """List the iterations or seconds (`unit`) of the validations of a log."""
    return [point.iteration if unit == "iterations" else point.seconds for point in log.val]


def psnr_curve(log):
    """Compute the validation PSNR of a log in dB, one per validation."""
    return [psnr_of_loss(point.loss, log.patch) for point in log.val]
