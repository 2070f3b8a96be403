"""The notebook runs, cell after cell, and what it says is so."""

import json
from pathlib import Path

import numpy as np
import pytest

NOTEBOOK = Path(__file__).parents[1] / "docs/layer_by_layer.ipynb"


@pytest.fixture(scope="module")
def cells():
    return json.loads(NOTEBOOK.read_text())["cells"]


def test_is_stored_without_outputs(cells):
    assert NOTEBOOK.stat().st_size < 20_000
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def test_runs_from_the_first_cell_to_the_last(cells, capsys):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    names = {}
    try:
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
        assert len(plt.get_fignums()) == 9
    finally:
        plt.close("all")
    found = capsys.readouterr().out
    assert found.count("largest difference") == 2
    assert names["fusion"].max() > 0.5
    np.testing.assert_allclose(names["by_hand"], names["fusion"], atol=1e-5)
    assert names["scores"]["average"] + 10 < names["scores"]["network"]
    assert names["scores"]["network"] < names["scores"]["select"]
