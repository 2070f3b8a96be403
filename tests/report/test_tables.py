from dataclasses import replace
from pathlib import Path

from twostream.evaluation import demo
from twostream.evaluation.pair_set import Pair
from twostream.evaluation.scores import Score
from twostream.metrics import metric
from twostream.report.benchmark_tables import benchmark_tables, write_tables
from twostream.report.paper_pairs import PAPER_PAIRS
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


def test_columns_without_direction_are_not_ranked():
    text = table((0, 0)).markdown()
    assert "**" not in text
    assert "<u>" not in text


def scores(pair="clock"):
    values = {"lp": (7.0, 0.97, 30.0), "dwt": (7.1, 0.9, 28.0), "x": (6.9, 0.8, 26.0)}
    return [
        Score(
            pair, name, dict(zip(("entropy", "mutual_information", "psnr"), numbers)), seconds=1.0
        )
        for name, numbers in values.items()
    ]


METRICS = [metric(name) for name in ("entropy", "mutual_information", "psnr")]


def pair(name, folder="set"):
    return Pair(name, tuple(Path(folder, f"{name}_{letter}.png") for letter in "AB"))


def tables_of(pairs, scores):
    return {t.title: t for t in benchmark_tables(pairs, scores, METRICS)}


def test_the_papers_tables_come_first_with_every_method():
    names = ("coffee", "lytro_01", "clock", "camera")
    pairs = [pair(name) for name in names]
    tables = tables_of(pairs, [score for name in names for score in scores(name)])
    papers = [
        "Table 1: Clock, set/clock",
        "Table 3: camera (stand-in), set/camera",
        "Table 4: colour (stand-in), set/coffee",
    ]
    assert list(tables)[:3] == papers
    assert tables[papers[0]].rows == ["lp", "dwt", "x"]
    assert tables[papers[0]].columns == ["entropy", "mutual_information", "psnr", "seconds"]
    assert list(tables)[-1] == "lytro_01"  # the paper does not have it


def test_the_demo_has_the_stand_ins():
    """Tables 3 and 4 can thus be made on every computer."""
    numbers = {PAPER_PAIRS[s.name].table for s in demo.SCENES if s.name in PAPER_PAIRS}
    assert numbers == {3, 4}


def test_rank_correlation_with_psnr():
    found = rank_correlation_table(scores("p") + scores("q"), METRICS)
    assert dict(zip(found.rows, (row[0] for row in found.values))) == {
        "mutual_information": 1.0,
        "entropy": 0.5,  # 7.0, 7.1, 6.9 against 30, 28, 26
    }
    assert found.title == "Rank correlation with PSNR of luma over 2 pairs of known truth"


def test_rank_correlation_does_not_compare_one_psnr_with_the_other():
    both = [replace(s, values={**s.values, "psnr_rgb": s.values["psnr"]}) for s in scores("p")]
    metrics = [*METRICS, metric("psnr_rgb")]
    assert set(rank_correlation_table(both, metrics).rows) == {"mutual_information", "entropy"}


def test_rank_correlation_needs_known_truth():
    without = [Score("p", "a", {"entropy": 1.0}), Score("p", "b", {"entropy": 2.0})]
    assert rank_correlation_table(without, METRICS) is None


def test_a_mean_for_each_folder_and_for_all():
    pairs = [pair("p", "one"), pair("q", "one"), pair("r", "two")]
    tables = tables_of(pairs, scores("p") + scores("q") + scores("r"))
    assert {title for title in tables if "Mean over" in title} == {
        "Mean over the 2 pairs in one",
        "Mean over all 3 pairs",
    }
    mean = tables["Mean over the 2 pairs in one"]
    assert mean.rows == ["lp", "dwt", "x"]
    assert mean.values[0] == [7.0, 0.97, 30.0, 1.0]


def test_known_truth_stands_beside_the_other_metrics():
    unknown = [Score("q", c.method, {"entropy": 1.0}) for c in scores()]
    found = tables_of([pair("p"), pair("q")], scores("p") + unknown)[
        "Known truth: mean over 1 pairs"
    ]
    assert found.columns == ["psnr", "entropy", "mutual_information", "seconds"]
    assert found.values[0] == [30.0, 7.0, 0.97, 1.0]


def test_files_are_written_and_failures_named(tmp_path):
    failed = Score("p", "y", errors={"qabf": "The pictures differ in size."})
    write_tables([pair("p")], [*scores("p"), failed], METRICS, tmp_path)
    text = (tmp_path / "tables.md").read_text()
    assert "- y on p: The pictures differ in size." in text
    assert "Means: a metric is averaged" in text
    assert (tmp_path / "tables.tex").read_text().count(r"\begin{table}") >= 3
