import os
from dataclasses import replace
from functools import partial

import pytest
from noted_work import calls, square

from twostream.io.atomic import atomic_write
from twostream.parallel import workers
from twostream.stacking.batch import Task, fuse_once, run


def fuse(sources, output, folder):
    """Write what the first source says, squared: 13 fails, 99 kills the process."""
    number = square(int(sources[0].read_text()), folder)
    with atomic_write(output) as partial_path:
        partial_path.write_text(str(number))


@pytest.fixture
def noted(tmp_path):
    return partial(fuse, folder=tmp_path)


def task(folder, name, number, **more):
    sources = tuple(folder / f"{name}_{letter}.png" for letter in "AB")
    for path in sources:
        path.write_text(str(number))
    return Task(name, sources, folder / "out", ".png", "", **more)


def called(folder):
    return sorted(number for numbers in calls(folder).values() for number in numbers)


def run_all(tasks, work):
    with workers(2) as pool:
        return run(tasks, work, pool, progress=False)


def test_bad_sets_are_named_and_the_others_fused(tmp_path, noted):
    numbers = {"a": 1, "b": 13, "c": 99, "sub/d": 4, "e": 5, "f": 6}
    (tmp_path / "sub").mkdir()
    tasks = [task(tmp_path, name, number) for name, number in numbers.items()]
    tasks[-1].sources[1].unlink()
    tasks.append(replace(tasks[0], name="g", sources=tasks[0].sources[:1]))
    outcomes = run_all(tasks, noted)
    assert [one.name for one in outcomes] == [*numbers, "g"]
    failures = {one.name: one.failure for one in outcomes if one.failure}
    assert failures["b"] == "13 brings bad luck."
    assert "killed" in failures["c"]
    assert failures["f"] == f"Cannot use {tasks[5].sources[1]}: No such file or directory."
    assert failures["g"].startswith(f"The partner of {tasks[0].sources[0]} is missing.")
    assert len(failures) == 4
    results = {name: tasks[n].output.read_text() for n, name in ((0, "a"), (3, "sub/d"), (4, "e"))}
    assert results == {"a": "1", "sub/d": "16", "e": "25"}
    tasks = [tasks[0], tasks[3]]  # what is done is done once
    assert all(one.kept for one in run_all(tasks, noted))
    assert called(tmp_path) == [1, 4, 5, 13, 99]


@pytest.mark.parametrize(
    "change", ["source", "same time", "settings", "suffix", "result", "overwritten", "record"]
)
def test_what_has_changed_is_done_anew(tmp_path, noted, change):
    one = task(tmp_path, "a", 2)
    assert fuse_once(one, noted).kept is False
    if change == "source":
        os.utime(one.sources[1], ns=(0, 0))
    if change == "same time":
        time = one.sources[1].stat().st_mtime_ns
        one.sources[1].write_text("2")
        os.utime(one.sources[1], ns=(time, time))
    if change == "result":
        one.output.unlink()
    if change == "overwritten":
        one.output.write_text("5")
    if change == "record":
        one.finished.write_text("damaged")
    one = replace(one, settings="other" if change == "settings" else "")
    one = replace(one, suffix=".tif" if change == "suffix" else ".png")
    assert fuse_once(one, noted).kept is False
    assert fuse_once(one, noted).kept is True
    assert called(tmp_path) == [2, 2]


def test_a_source_that_changes_meanwhile_is_fused_again(tmp_path, noted):
    one = task(tmp_path, "a", 2)

    def changing(sources, output):
        noted(sources, output)
        os.utime(sources[0], ns=(0, 0))

    assert fuse_once(one, changing).kept is False
    assert fuse_once(one, noted).kept is False


def test_what_a_killed_process_left_of_results_is_removed(tmp_path, noted):
    one = task(tmp_path, "a", 2)
    one.output.parent.mkdir()
    left = [f".{name}.123.partial.png" for name in ("a", "a.1", "b")]
    for name in left:
        (one.output.parent / name).touch()
    with atomic_write(one.output) as mine:  # of another batch, which still runs
        run_all([one], noted)
        assert mine.exists()
    assert {path.name for path in one.output.parent.glob("*.png")} >= {"a.png"}
    assert {path.name for path in one.output.parent.glob(".*.png")} == set(left[1:])
