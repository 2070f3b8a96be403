import re
from dataclasses import replace
from pathlib import Path

import pytest

from twostream.evaluation import demo
from twostream.evaluation.pair_set import Pair
from twostream.evaluation.scores import Score
from twostream.metrics import metric
from twostream.report.benchmark_tables import benchmark_tables, write_tables
from twostream.report.rank_correlation import rank_correlation_table
from twostream.report.tables import Table


def table(directions=(1, -1)):
    values = [[0.5, 1.0], [0.70001, 3.0], [0.7, None]]
    return Table(
        "Some_title", "method", ["a_b", "c", "d"], ["up", "down"], values, directions, [2, 1]
    )


def test_markdown_marks_the_best_and_the_second():
    lines = table().markdown().splitlines()
    assert lines[0] == "### Some_title"
    assert lines[2:] == [
        "| method | up | down |",
        "| --- | ---: | ---: |",
        "| a_b | <u>0.50</u> | **1.0** |",
        "| c | **0.70** | <u>3.0</u> |",
        "| d | **0.70** | - |",
    ]


def test_latex_marks_and_escapes():
    text = table().latex()
    assert r"a\_b & \underline{0.50} & \textbf{1.0} \\" in text
    assert r"d & \textbf{0.70} & -- \\" in text
    assert r"\caption{Some\_title}" in text
    assert text.count("{") == text.count("}")
    without_direction = table((0, 0)).markdown()
    assert not re.search(r"\*\*|<u>", without_direction)


def scores(pair="clock"):
    values = {"lp": (7.0, 0.97, 30.0), "dwt": (7.1, 0.9, 28.0), "x": (6.9, 0.8, 26.0)}
    return [Score(pair, name, dict(zip(NAMES, row)), seconds=1.0) for name, row in values.items()]


NAMES = ("entropy", "mutual_information", "psnr")
METRICS = [metric(name) for name in NAMES]


def pair(name, folder="set"):
    return Pair(name, tuple(Path(folder, f"{name}_{letter}.png") for letter in "AB"))


def tables_of(pairs, scores):
    return {t.title: t for t in benchmark_tables(pairs, scores, METRICS)}


DEMO = [scene.name for scene in demo.SCENES]
CLOCK, CAMERA, COFFEE = (
    "Table 1: Clock, set/clock",
    "Table 3: camera (stand-in), set/camera",
    "Table 4: colour (stand-in), set/coffee",
)


@pytest.mark.parametrize(
    ("names", "papers"),
    [
        (["lytro_01", "clock", "pepsi"], [CLOCK, "Table 2: Pepsi, set/pepsi"]),
        (DEMO, [CAMERA, COFFEE]),
        # Photographs of others that have the same names.
        (["coffee", "camera", "mug"], []),
        ([*DEMO, "mug"], []),
        (["clock", "coffee"], []),
        (["pepsi"], []),
    ],
)
def test_only_the_papers_pairs_have_the_papers_tables(names, papers):
    pairs = [pair(name) for name in names]
    tables = tables_of(pairs, [score for name in names for score in scores(name)])
    assert [title for title in tables if "Table" in title or "stand-in" in title] == papers
    assert list(tables)[: len(papers)] == papers
    assert all(tables[title].columns == [*NAMES, "seconds"] for title in papers)
    assert set(tables) >= set(names) - {title.rpartition("/")[2] for title in papers}


def test_rank_correlation_with_psnr():
    """Not of the other PSNR, and only with known truth."""
    both = [
        replace(s, values={**s.values, "psnr_rgb": s.values["psnr"]})
        for s in (*scores("p"), *scores("q"))
    ]
    found = rank_correlation_table(both, [*METRICS, metric("psnr_rgb")])
    # Entropy: 7.0, 7.1, 6.9 against 30, 28, 26
    ranked = {row: values[0] for row, values in zip(found.rows, found.values)}
    assert ranked == {"mutual_information": 1.0, "entropy": 0.5}
    assert found.title == "Rank correlation with PSNR of luma over 2 pairs of known truth"
    assert "over 1 pair of" in rank_correlation_table(both[: len(both) // 2], METRICS).title
    without = [Score("p", "a", {"entropy": 1.0}), Score("p", "b", {"entropy": 2.0})]
    assert rank_correlation_table(without, METRICS) is None


def test_a_mean_for_each_folder_and_for_all():
    pairs = [pair("p", "one"), pair("q", "one"), pair("r", "two")]
    tables = tables_of(pairs, scores("p") + scores("q") + scores("r"))
    means = {title for title in tables if "Mean over" in title}
    assert means == {"Mean over the 2 pairs in one", "Mean over all 3 pairs"}
    mean = tables["Mean over the 2 pairs in one"]
    assert mean.rows == ["lp", "dwt", "x"]
    assert mean.columns == ["psnr", "entropy", "mutual_information", "seconds"]
    assert mean.values[0] == [30.0, 7.0, 0.97, 1.0]
    assert not any("Known truth" in title for title in tables)  # it is that of all pairs


def test_known_truth_stands_beside_the_other_metrics():
    unknown = [Score("q", c.method, {"entropy": 1.0}) for c in scores()]
    tables = tables_of([pair("p"), pair("q")], scores("p") + unknown)
    found = tables["Known truth: mean over 1 of 2 pairs"]
    assert found.columns == ["psnr", "entropy", "mutual_information", "seconds"]
    assert found.values[0] == [30.0, 7.0, 0.97, 1.0]


def test_files_are_written_and_failures_named(tmp_path):
    failed = Score("p", "y", errors={"qabf": "The pictures differ in size."})
    write_tables([pair("p")], [*scores("p"), failed], METRICS, tmp_path)
    text = (tmp_path / "tables.md").read_text()
    assert "- y on p: The pictures differ in size." in text
    assert "Means: a metric is averaged" in text
    assert (tmp_path / "tables.tex").read_text().count(r"\begin{table}") >= 3
