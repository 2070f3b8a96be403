import csv
import sys

from run_tool import PROJECT, works


def test_the_example_of_an_own_method_is_better_than_the_average(tmp_path):
    works("paper.pairs", "--count", 1, "--out", tmp_path / "pairs")
    command = f"mine={sys.executable} {PROJECT}/benchmarks/own_method.py {{sources}} {{out}}"
    where = ("--pairs", tmp_path / "pairs", "--out", tmp_path / "scores", "--metrics", "psnr_rgb")
    works("evaluate", *where, "--external", command, "--methods", "average", "--jobs", 1)
    with open(tmp_path / "scores/results.csv") as file:
        found = {row["method"]: float(row["psnr_rgb"]) for row in csv.DictReader(file)}
    assert found["mine"] > found["average"] + 3
