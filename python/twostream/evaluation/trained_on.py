"""Pairs that may show photographs of a training dataset."""

import json
from pathlib import Path


def trained_on(pairs, datasets="data"):
    """Find pairs that have the name of a photograph in the training part of a dataset.

    Weights do not say what they were trained on, so this cannot tell which methods know a pair. The
    result is folder of a dataset -> scenes of these pairs, of datasets that have some. Their
    ``manifest.json`` lists the photographs; those that cannot be read are left out.
    """
    scenes = {pair.scene for pair in pairs}
    found = {
        str(path.parent): sorted(scenes & _training_names(path))
        for path in sorted(Path(datasets).glob("*/manifest.json"))
    }
    return {folder: names for folder, names in found.items() if names}


def _training_names(manifest):
    try:
        return {name for name, _ in json.loads(manifest.read_text())["photographs"]["train"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
