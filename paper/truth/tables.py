"""Tables of methods' scores against the truth, in whole pictures and near boundaries of focus."""

import json
import re

from twostream.evaluation.benchmark import json_values
from twostream.io.atomic import atomic_write
from twostream.report.means import EQUAL_PSNR
from twostream.report.tables import Table

from .scores import FRAME, REGIONS

NOTE = (
    f"Means over the images of a set, without a margin of {FRAME} pixels. PSNR is in dB, from one "
    f"mean squared error over R, G and B. SSIM is the mean of R, G and B. *band* has the pixels "
    f"near boundaries between near and far, *outside* the others. An infinite PSNR counts as "
    f"{EQUAL_PSNR:.1f} dB. A row without a value refused an image of the set."
)

CONTROLS = ("average", "laplacian_pyramid")
"""Baselines: simple methods that a network must match."""


def write_truth_tables(rows, out):
    """Write tables.md and scores.json.

    Parameters
    ----------
    rows : dict
        See `truth_tables`. For rows of ``two_stream``, the pictures worse than a baseline are
        listed.
    out : Path
        Folder to write to.
    """
    nets = [name for name in rows if name.partition(":")[0] == "two_stream"]
    worse = [f"- {line}" for name in nets for line in worse_than_controls(rows, name)]
    parts = [table.markdown() for table in truth_tables(rows)] + [f"{NOTE}\n"]
    if worse:
        parts.append("### Worse than a control\n\n" + "\n".join(worse) + "\n")
    texts = {"scores.json": json.dumps(_as_json(rows), indent=1) + "\n"}
    for name, text in {**texts, "tables.md": "\n".join(parts)}.items():
        with atomic_write(out / name) as partial:
            partial.write_text(text)


def _as_json(rows):
    return {
        name: {
            kind: {picture: json_values(values) for picture, values in pictures.items()}
            for kind, pictures in scores.items()
        }
        for name, scores in rows.items()
    }


def truth_tables(rows):
    """Make the tables.

    Parameters
    ----------
    rows : dict
        Name of a method -> its scores, see `evaluation.truth_scores.score`; of the same sets.

    Returns
    -------
    list of Table
    """
    tables = [
        *(_by_set("PSNR of RGB against the truth", rows, "psnr_rgb", 2, r) for r in REGIONS),
        _by_set("SSIM of RGB against the truth", rows, "ssim_rgb", 4, "whole"),
        _worst(rows),
    ]
    if "borders" in next(iter(rows.values())):
        tables.append(_by_radius(rows))
    return tables


def worse_than_controls(rows, name):
    """List the pictures on which a method's PSNR is below that of a control."""
    lines = []
    for control in (c for c in CONTROLS if c in rows and c != name):
        for kind, found in rows[name].items():
            for picture, values in found.items():
                there = rows[control][kind][picture].get("psnr_rgb whole", 0)
                here = values.get("psnr_rgb whole", there)
                if here < there:
                    lines.append(f"{kind}/{picture}: {name} {here:.2f}, {control} {there:.2f} dB")
    return lines


def mean_scores(scores, picked=""):
    """Average over pictures.

    Parameters
    ----------
    scores : dict
        Name of a picture -> values by name, all of one set.
    picked : str
        A part of the names of the pictures that count.

    Returns
    -------
    dict
        Name of a value -> its mean over the pictures that have it. Empty if a picture has no
        scores, because a mean over the others would not be comparable.
    """
    found = {}
    if not all(scores.values()):
        return found
    for picture, values in scores.items():
        if picked in picture:
            for name, value in values.items():
                found.setdefault(name, []).append(min(value, EQUAL_PSNR))
    return {name: sum(values) / len(values) for name, values in found.items()}


def _by_set(title, rows, metric, digits, region):
    sets = list(next(iter(rows.values())))
    values = [
        [mean_scores(scores[kind]).get(f"{metric} {region}") for kind in sets]
        for scores in rows.values()
    ]
    return _table(f"{title}: {region}", rows, sets, values, digits)


def _worst(rows):
    sets = list(next(iter(rows.values())))
    values = [
        [
            min((v["psnr_rgb whole"] for v in scores[kind].values() if v), default=None)
            for kind in sets
        ]
        for scores in rows.values()
    ]
    return _table("PSNR of RGB of each set's worst picture", rows, sets, values, 2)


def _by_radius(rows):
    first = next(iter(rows.values()))["borders"]
    radii = sorted({int(found) for name in first for found in re.findall(r"_r(\d+)_", name)})
    columns = [f"{radius} px {place}" for radius in radii for place in ("whole", "band")]
    values = []
    for scores in rows.values():
        means = [mean_scores(scores["borders"], f"_r{radius}_") for radius in radii]
        values.append([m.get(f"psnr_rgb {place}") for m in means for place in ("whole", "band")])
    return _table("PSNR of RGB in borders, by radius of the blur", rows, columns, values, 2)


def _table(title, rows, columns, values, digits):
    count = len(columns)
    return Table(title, "method", list(rows), columns, values, [1] * count, [digits] * count)
