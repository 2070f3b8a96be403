import os
import re
import subprocess
import sys
import time

import numpy as np
import pytest
from dask_cluster import dask_cluster
from run_tool import PROJECT, run_here

import twostream
from twostream.io import images

METHOD = ("--method", "laplacian_pyramid")


def batch(*arguments):
    return run_here("batch", *arguments)


@pytest.fixture
def pairs(tmp_path, rng):
    """Make a folder of twelve pairs, numbers 3 and 7 broken."""
    folder = tmp_path / "pairs"
    folder.mkdir()
    for number in range(12):
        for letter in "AB":
            image = rng.integers(0, 256, (240, 200, 3)).astype(np.uint8)
            images.write(folder / f"p{number:02d}_{letter}.png", image)
    (folder / "p03_B.png").unlink()
    (folder / "p07_A.png").write_bytes((folder / "p07_A.png").read_bytes()[:2000])
    return folder


def results(folder):
    """Time of change of each result, by name."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("p*.png")}


GOOD = {f"p{number:02d}.png" for number in range(12) if number not in (3, 7)}


def assert_fused(pairs, out):
    assert set(results(out)) == GOOD
    assert not [path.name for path in out.rglob(".*.partial*")]
    sources = [images.read(pairs / f"p11_{letter}.png") for letter in "AB"]
    expected = twostream.fuse(sources, METHOD[1])
    np.testing.assert_array_equal(images.read(out / "p11.png"), expected)


def assert_named(done, pairs):
    assert done.returncode == 1, done.stderr
    missing, truncated = done.stderr.splitlines()[-2:]
    assert missing == f"p03: The partner of {pairs / 'p03_A.png'} is missing."
    assert truncated.startswith(f"p07: {pairs / 'p07_A.png'} is truncated")


def test_good_pairs_are_fused_and_broken_ones_named(tmp_path, pairs):
    out = tmp_path / "out"
    done = batch(pairs, "-o", out, "--jobs", 2, *METHOD)
    assert done.stdout == f"{out}: 10 of 12 sets fused.\n"
    assert_named(done, pairs)
    assert_fused(pairs, out)
    before = results(out)
    done = batch(pairs, "-o", out, "--jobs", 2, *METHOD)
    assert done.stdout == f"{out}: 10 of 12 sets fused, 10 of them before.\n"
    assert_named(done, pairs)
    assert results(out) == before
    done = batch(pairs, "-o", out, "--method", "average", "--quiet")
    assert not done.stdout
    assert not set(results(out).items()) & set(before.items())


def test_options_are_those_of_fuse(tmp_path, pairs):
    out = tmp_path / "out"
    done = batch(pairs, "-o", out, "--method", "average", "--format", "tif", "--jobs", 2)
    assert done.returncode == 1
    fused = tmp_path / "fused.tif"
    sources = [pairs / f"p00_{letter}.png" for letter in "AB"]
    run_here("fuse", *sources, "-o", fused, "--method", "average")
    assert (out / "p00.tif").read_bytes() == fused.read_bytes()


def test_dry_run_lists_the_sets_and_writes_nothing(tmp_path, pairs):
    out = tmp_path / "out"
    (pairs / "bee").mkdir()
    for number in (9, 10):
        images.write(pairs / f"bee/{number}.png", np.zeros((8, 8), np.uint8))
    images.write(pairs / "single.png", np.zeros((8, 8), np.uint8))
    done = batch(pairs, "-o", out, "--dry-run", "--by", "folders")
    assert f"{out}/bee.png: 2 by folders, 9.png to 10.png" in done.stdout.splitlines()
    done = batch(pairs, "-o", out, "--dry-run")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"{out}/p00.png: 2 by letters, p00_A.png to p00_B.png"
    assert lines[-2:] == [
        f"{out}/bee.png: 2 by folders, 9.png to 10.png",
        f"{pairs}/single.png is in no set.",
    ]
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--method", "avarage"), "did you mean average"),
        (("--jobs", 0), "--jobs must be at least 1."),
        (("--by", "times"), "has no time in its EXIF."),
    ],
)
def test_bad_options_are_one_sentence(tmp_path, pairs, arguments, sentence):
    done = batch(pairs, "-o", tmp_path / "out", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def started(*arguments):
    """Start a batch in a process of its own."""
    command = [sys.executable, "-m", "twostream", "batch", *map(str, arguments)]
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=PROJECT, env=environment, **pipes)


def wait_for_results(out, count, running):
    """Wait until that many pictures are fused; the batch must not be over."""
    while len(results(out)) < count:
        assert running.poll() is None
        time.sleep(0.01)


def test_a_killed_batch_resumes(tmp_path, pairs):
    out = tmp_path / "out"
    running = started(pairs, "-o", out, "--jobs", 1, *METHOD)
    wait_for_results(out, 3, running)
    running.kill()
    running.communicate()
    records = {path.stem for path in (out / ".batch").iterdir() if path.suffix == ".json"}
    before = {name: time for name, time in results(out).items() if name in records}
    assert 2 <= len(before) < 10
    done = batch(pairs, "-o", out, *METHOD)
    assert_named(done, pairs)
    assert_fused(pairs, out)
    assert set(before.items()) < set(results(out).items())


def test_a_cluster_loses_a_worker_on_the_way(tmp_path, pairs):
    out = tmp_path / "out"
    with dask_cluster(tmp_path) as (address, workers):
        running = started(pairs, "-o", out, "--scheduler", address, *METHOD)
        wait_for_results(out, 3, running)
        workers[0].kill()
        stdout, stderr = running.communicate(timeout=120)
        assert workers[1].poll() is None
    # A picture that the killed worker had finished may be asked for again.
    assert re.fullmatch(rf"{out}: 10 of 12 sets fused(, \d of them before)?\.\n", stdout)
    assert_named(subprocess.CompletedProcess([], running.returncode, stdout, stderr), pairs)
    assert_fused(pairs, out)
