import shutil
import subprocess

import pytest

from twostream import cli

pytest.importorskip("shtab")


@pytest.fixture
def script(capsys):
    cli.main(["completion", "bash"])
    return capsys.readouterr().out


def completed(script, words):
    """Words that bash offers for the last, begun one."""
    ask = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_twostream; echo "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{ask}", "bash", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_and_their_options(script):
    assert completed(script, ["twostream", "ev"]) == ["evaluate"]
    assert sorted(completed(script, ["twostream", ""])) == sorted(cli.COMMANDS)
    assert "--method" in completed(script, ["twostream", "fuse", "--me"])
    assert completed(script, ["twostream", "demo", "--engine", "o"]) == ["onnx"]
