"""Pairs that may show photographs of a training dataset."""

import json
from pathlib import Path


def trained_on(pairs, datasets="data"):
    """Find pairs that have the name of a photograph in the training part of a dataset.

    Weights do not record their training data, so the methods that have seen a pair are unknown.
    The result is folder of a dataset -> scenes of these pairs, for datasets with such pairs. Their
    ``manifest.json`` lists the photographs; unreadable manifests are ignored.
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
