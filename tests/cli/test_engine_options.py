"""The options --engine and --gpu of every command that runs a network."""

import pytest
from run_tool import refused

from twostream import engines
from twostream.errors import BadInput

COMMANDS = {
    "fuse": ["{0}/x_A.png", "{0}/x_B.png", "-o", "{0}/out.png"],
    "demo": ["--out", "{0}/out"],
    "validate": [],
    "evaluate": ["--pairs", "{0}", "--out", "{0}/out"],
    "paper.figures": ["--pairs", "{0}", "--names", "x", "--out", "{0}/out"],
    "paper.score_truth": ["--truth", "{0}", "--out", "{0}/out"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_asks_for_the_gpu_first(tmp_path, noise, monkeypatch, command):
    asked = []

    def refuse(name, gpu):
        asked.append((name, gpu))
        raise BadInput("There is no such GPU.")

    monkeypatch.setattr(engines, "_check_gpu", refuse)
    noise(".", "x_A.png", "x_B.png")
    arguments = [text.format(tmp_path) for text in COMMANDS[command]]
    refused(": There is no such GPU.\n", command, *arguments, "--gpu", "7")
    assert asked == [(engines.engine_name("auto"), "7")]
