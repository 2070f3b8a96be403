"""The options --engine and --gpu of every command that runs a network."""

import numpy as np
import pytest
from run_tool import run_here, run_module

from twostream import engines
from twostream.errors import BadInput
from twostream.io import images

COMMANDS = {
    "fuse": ["{0}/x_A.png", "{0}/x_B.png", "-o", "{0}/out.png"],
    "demo": ["--out", "{0}/out"],
    "validate": [],
    "evaluate": ["--pairs", "{0}", "--out", "{0}/out"],
    "paper.figures": ["--pairs", "{0}", "--names", "x", "--out", "{0}/out"],
    "paper.score_truth": ["--truth", "{0}", "--out", "{0}/out"],
}


@pytest.fixture
def pairs(tmp_path, rng):
    for name in ("x_A", "x_B"):
        images.write(tmp_path / f"{name}.png", rng.integers(0, 256, (40, 50)).astype(np.uint8))
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_asks_for_the_gpu_first(pairs, monkeypatch, command):
    asked = []

    def refuse(name, gpu):
        asked.append((name, gpu))
        raise BadInput("There is no such GPU.")

    monkeypatch.setattr(engines, "_check_gpu", refuse)
    arguments = [text.format(pairs) for text in COMMANDS[command]]
    run = run_module if "." in command else run_here
    done = run(command, *arguments, "--gpu", "7")
    assert done.returncode == 2, done.stderr
    assert done.stderr.endswith(": There is no such GPU.\n")
    assert len(done.stderr.splitlines()) == 1
    assert asked == [(engines.engine_name("auto"), "7")]
    assert not done.stdout


def test_a_method_without_a_network_has_no_gpu(pairs):
    arguments = [text.format(pairs) for text in COMMANDS["fuse"]]
    done = run_here("fuse", *arguments, "--method", "average", "--gpu", "0")
    assert done.returncode == 2
    assert "The method average has no option 'engine'" in done.stderr
