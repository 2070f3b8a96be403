import os
import re
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
from dask_cluster import dask_cluster
from run_tool import PROJECT, refused, run_here

import twostream
from twostream.io import images

METHOD = ("--method", "laplacian_pyramid")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def batch(pairs, out):
    return lambda *arguments: run_here("batch", pairs, "-o", out, *arguments)


@pytest.fixture
def pairs(noise):
    """Make a folder of twelve pairs, numbers 3 and 7 broken."""
    names = [f"p{number:02d}_{letter}.png" for number in range(12) for letter in "AB"]
    folder = noise("pairs", *names, shape=(240, 200, 3))[0].parent
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
    assert missing.startswith(f"p03: The partner of {pairs / 'p03_A.png'} is missing.")
    assert truncated.startswith(f"p07: {pairs / 'p07_A.png'} is truncated")


def test_good_pairs_are_fused_and_broken_ones_named(tmp_path, pairs, batch, out):
    done = batch("--jobs", 2, *METHOD)
    assert done.stdout == f"{out}: 10 of 12 sets fused.\n"
    assert_named(done, pairs)
    assert_fused(pairs, out)
    before = results(out)
    done = batch("--jobs", 2, *METHOD)
    assert done.stdout == f"{out}: 10 of 12 sets fused, 10 of them before.\n"
    assert_named(done, pairs)
    assert results(out) == before
    done = batch("--method", "average", "--quiet")
    assert not done.stdout
    assert not set(results(out).items()) & set(before.items())
    batch("--method", "average", "--format", "tif")
    fused = tmp_path / "fused.tif"
    sources = [pairs / f"p00_{letter}.png" for letter in "AB"]
    run_here("fuse", *sources, "-o", fused, "--method", "average")
    assert (out / "p00.tif").read_bytes() == fused.read_bytes()


def test_dry_run_lists_the_sets_and_writes_nothing(pairs, batch, out):
    (pairs / "bee").mkdir()
    for number in (9, 10):
        images.write(pairs / f"bee/{number}.png", np.zeros((8, 8), np.uint8))
    images.write(pairs / "single.png", np.zeros((8, 8), np.uint8))
    bee = f"{out}/bee.png: 2 by folders, 9.png to 10.png"
    assert bee in batch("--dry-run", "--by", "folders").stdout.splitlines()
    done = batch("--dry-run")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"{out}/p00.png: 2 by letters, p00_A.png to p00_B.png"
    assert lines[-2:] == [bee, f"{pairs}/single.png is in no set."]
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--method", "avarage"), "did you mean average"),
        (("--jobs", 0), "--jobs must be at least 1."),
        (("--by", "times"), "has no time in its EXIF."),
    ],
)
def test_bad_options_are_one_sentence(pairs, out, arguments, sentence):
    refused(sentence, "batch", pairs, "-o", out, *arguments)


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


def test_a_killed_batch_resumes(pairs, batch, out):
    running = started(pairs, "-o", out, "--jobs", 1, *METHOD)
    wait_for_results(out, 3, running)
    running.kill()
    running.communicate()
    records = {path.stem for path in (out / ".batch").iterdir() if path.suffix == ".json"}
    before = {name: time for name, time in results(out).items() if name in records}
    assert 2 <= len(before) < 10
    assert_named(batch(*METHOD), pairs)
    assert_fused(pairs, out)
    assert set(before.items()) < set(results(out).items())


def test_a_cluster_loses_a_worker_on_the_way(tmp_path, pairs, out):
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


def test_a_result_of_other_weights_is_fused_again(tmp_path, noise, out):
    folder = noise("pairs", "p_A.png", "p_B.png")[0].parent
    weights = tmp_path / "w.caffemodel"
    fuse = ("batch", folder, "-o", out, "--jobs", 1, "--method", "two_stream", "--weights", weights)
    for name, said in (("two_stream", ""), ("paper", ""), ("paper", ", 1 of them before")):
        shutil.copy(PROJECT / "weights" / f"{name}.caffemodel", weights)
        done = run_here(*fuse)
        assert done.stdout == f"{out}: 1 of 1 sets fused{said}.\n", done.stderr
