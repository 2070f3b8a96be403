"""Which of the paper's findings of Fig. 5 hold, at equal iterations and at equal seconds."""

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
        Key of `training.ablation.STUDIES`.
    order : tuple of str
        Labels of its curves, from the best to the worst PSNR as the finding has it.
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
    """Judge whether PSNRs stand in the order of a finding.

    Parameters
    ----------
    decibels : sequence of float
        From what the finding calls best to worst.
    spread : float
        Difference, in dB, that chance makes; a smaller one shows no order.
    strict : bool
        See `Finding`.

    Returns
    -------
    str
        ``yes``; ``no`` if a later one is better by more than the spread, or ``in part`` if another
        is worse by more than it; ``not to be told`` if no difference says either.
    """
    gains = -np.diff(decibels)
    better, worse = gains > spread, gains < -spread
    if worse.any():
        return "in part" if better.any() else "no"
    if not strict or better.all():
        return "yes"
    return "in part" if better.any() else "not to be told"


def markdown(studies):
    """Make the table of findings in Markdown, with sentences on what it is of.

    Parameters
    ----------
    studies : dict of str to dict of str to list of TrainingLog
        Study -> label of a curve -> its logs, one a seed; see `training.ablation`.

    Returns
    -------
    str
    """
    found = [finding for finding in FINDINGS if finding.study in studies]
    repeated = [logs for curves in studies.values() for logs in curves.values() if len(logs) > 1]
    rows = [
        [finding.text, *(_cell(finding, studies, repeated, unit) for unit in UNITS)]
        for finding in found
    ]
    lines = [_length(studies) + _seeds(repeated), ""]
    if rows:
        lines += map(_row, (["finding", *map(_heading, UNITS)], ["---"] * 3, *rows))
    lines += ["", *_others(studies, found)] if rows else _others(studies, found)
    return "\n".join(lines).rstrip() + "\n"


def _heading(unit):
    return f"holds at equal {unit}"


def _row(cells):
    return f"| {' | '.join(cells)} |"


def _cell(finding, studies, repeated, unit):
    curves = {label: studies[finding.study][label][0] for label in finding.order}
    place = _common_end(curves.values(), unit)
    decibels = [psnr_at(log, place, unit) for log in curves.values()]
    spread = _spread(repeated[0], place, unit) if repeated else 0.0
    word = verdict(decibels, spread, finding.strict)
    return f"{word} ({place:.0f} {unit}: {_listed(zip(curves, decibels))})"


def _listed(values):
    return ", ".join(f"{label} {value:.2f} dB" for label, value in values)


def _length(studies):
    logs = [logs[0] for curves in studies.values() for logs in curves.values()]
    return f"The curves go to {_common_end(logs, 'iterations')} iterations. "


def _seeds(repeated):
    if not repeated:
        return "There is one seed only, so any difference counts."
    end = _common_end(repeated[0], "iterations")
    return (
        f"The {len(repeated[0])} seeds of the default design are "
        f"{_spread(repeated[0], end, 'iterations'):.2f} dB apart in the end; where designs differ "
        "by no more than the seeds do there, the order is not to be told."
    )


def _others(studies, found):
    """Yield a sentence for each study that the paper has no finding on."""
    for study in studies.keys() - {finding.study for finding in found}:
        curves = {label: logs[0] for label, logs in studies[study].items()}
        end = _common_end(curves.values(), "iterations")
        values = [(label, psnr_at(log, end, "iterations")) for label, log in curves.items()]
        yield f"The {study} after {end} iterations: {_listed(values)}."


def _common_end(logs, unit):
    """Find the last place that all logs reach."""
    return min(places(log, unit)[-1] for log in logs)


def _spread(logs, place, unit):
    values = [psnr_at(log, place, unit) for log in logs]
    return max(values) - min(values)


def psnr_at(log, place, unit):
    """Interpolate the validation PSNR of a log, in dB, at iterations or seconds (`unit`)."""
    return np.interp(place, places(log, unit), psnr_curve(log))


def places(log, unit):
    """List the iterations or seconds (`unit`) of the validations of a log."""
    return [point.iteration if unit == "iterations" else point.seconds for point in log.val]


def psnr_curve(log):
    """Compute the validation PSNR of a log in dB, one a validation."""
    return [psnr_of_loss(point.loss, log.patch) for point in log.val]
