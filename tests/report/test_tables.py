from twostream.evaluation.cells import Cell
from twostream.metrics import metric
from twostream.report.benchmark_tables import benchmark_tables, write_tables
from twostream.report.published import published_table
from twostream.report.tables import Table
from twostream.report.trust import trust_table


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


def cells(pair="clock"):
    values = {"lp": (7.0, 0.97, 30.0), "dwt": (7.1, 0.9, 28.0), "x": (6.9, 0.8, 26.0)}
    return [
        Cell(pair, name, dict(zip(("entropy", "mutual_information", "psnr"), numbers)), seconds=1.0)
        for name, numbers in values.items()
    ]


METRICS = [metric(name) for name in ("entropy", "mutual_information", "psnr")]
LABELS = {"lp": "LP", "dwt": "DWT", "x": ""}


def test_the_papers_values_stand_beside_ours():
    found = published_table("clockdark", cells("clockdark"), METRICS, LABELS)
    assert found.rows == ["LP", "DWT"]
    assert found.columns[:3] == ["IE paper", "IE here", "IE diff."]
    lp = found.values[0]
    assert lp[0] == 5.5174  # Table 1 of the paper
    assert lp[3:5] == [1.0266, 0.97]
    assert round(lp[5], 4) == -0.0566


def test_pairs_that_the_paper_does_not_have():
    assert published_table("lytro_01", cells("lytro_01"), METRICS, LABELS) is None


def test_trust_is_the_rank_correlation_with_psnr():
    found = trust_table(cells("p") + cells("q"), METRICS)
    assert dict(zip(found.rows, (row[0] for row in found.values))) == {
        "mutual_information": 1.0,
        "entropy": 0.5,  # 7.0, 7.1, 6.9 against 30, 28, 26
    }
    assert "2 pairs" in found.title


def test_trust_needs_known_truth():
    without = [Cell("p", "a", {"entropy": 1.0}), Cell("p", "b", {"entropy": 2.0})]
    assert trust_table(without, METRICS) is None


def test_means_over_pairs():
    tables = benchmark_tables(cells("p") + cells("q"), METRICS, LABELS)
    (mean,) = (t for t in tables if t.title == "Mean over 2 pairs")
    assert mean.rows == ["lp", "dwt", "x"]
    assert mean.values[0] == [7.0, 0.97, 30.0]


def test_files_are_written_and_failures_named(tmp_path):
    failed = Cell("p", "y", errors={"qabf": "The pictures differ in size."})
    write_tables([*cells("p"), failed], METRICS, tmp_path, LABELS)
    text = (tmp_path / "tables.md").read_text()
    assert "- y on p: The pictures differ in size." in text
    assert "cannot be compared" in text
    assert (tmp_path / "tables.tex").read_text().count(r"\begin{table}") >= 3
