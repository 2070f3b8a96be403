"""Options that a command would ignore are refused, before anything is written."""

import pytest
from run_tool import run_here

TORCH_ONLY = "--precision, --channels-last and --compile need --engine torch."


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("train", ("--engine=caffe", "-solver=s", "--compile"), TORCH_ONLY),
        ("train", ("--engine=caffe", "-solver=s", "--channels-last"), TORCH_ONLY),
        ("train", ("--engine=caffe", "-solver=s", "--precision=bf16"), TORCH_ONLY),
        ("prototxt", ("--filters=32",), "Settings of a net need --out"),
        ("prototxt", ("--patch=25",), "Settings of a net need --out"),
    ],
)
def test_options_without_effect_are_refused(tmp_path, monkeypatch, tool, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    done = run_here(tool, *arguments)
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())
