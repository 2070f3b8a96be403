"""Files of a measurement: Markdown for people, JSON for programs."""

import json
import os
import platform
from pathlib import Path

import numpy as np

from twostream.io.atomic import atomic_write


def machine():
    """Describe this computer and its load, as a dict.

    ``load`` is the mean number of processes that wanted a core in the last minute, if the system
    reports it. A load of more than a few percent of ``cores`` disturbs a measurement.
    """
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def write(folder, part, tables, values, computer, notes=()):
    """Write PART.md and PART.json.

    Parameters
    ----------
    folder : Path
        Made if missing.
    part : str
    tables : list of Table
    values : object
        Content of the JSON file, to which the computer is added.
    computer : dict
        See `machine`; taken before the measurement.
    notes : sequence of str
        Paragraphs below the tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join([*(table.markdown() for table in tables), *_paragraphs(computer, notes)])
    whole = json.dumps({"machine": computer, "part": part, "values": values}, indent=1)
    for suffix, content in ((".md", text), (".json", whole + "\n")):
        with atomic_write(folder / f"{part}{suffix}") as partial:
            partial.write_text(content)


def _paragraphs(computer, notes):
    where = "{processor}, {cores} cores, Python {python}".format(**computer)
    if computer["load"] is not None:
        where += f"; load of the machine before the measurement {computer['load']}"
    return [f"{note}\n" for note in (*notes, f"Measured on {where}.")]


def _processor():
    """Return the name of the processor, or its architecture if the name is unknown."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
