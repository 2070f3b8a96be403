"""How commands end, what they refuse before they begin, and the commands of a few lines."""

import shutil

import pytest
from run_tool import refused, run_program, works

from twostream import BadInput, cli
from twostream.metrics import METRICS, n_abf


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (BadInput("This is\nwrong."), 2, "This is wrong."),
        (OSError(28, "No space left on device"), 2, "No space left on device."),
        (PermissionError(13, "Permission denied", "out"), 2, "Cannot use out: Permission denied."),
        (MemoryError(), 2, "Not enough memory."),
        (
            ModuleNotFoundError(name="markdown_it"),
            2,
            "The Python package markdown_it is missing: install it, or run make setup.",
        ),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (ZeroDivisionError(), None, ""),  # a fault of the program is not hidden
    ],
)
def test_ends_in_one_sentence(capsys, error, code, sentence):
    def main(_):
        raise error

    with pytest.raises(SystemExit if code else ZeroDivisionError) as end:
        cli.run(main, cli.parser("A tool.", "tool"), [])
    assert capsys.readouterr().err == (f"tool: {sentence}\n" if code else "")
    assert not code or end.value.code == code


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["fus"], "twostream: Argument COMMAND: invalid choice: 'fus'"),
        (["fuse", "a", "--metod", "x"], "twostream fuse: Unrecognized arguments: --metod x."),
        (["fuse"], "twostream fuse: The following arguments are required: FRAME."),
        (["plot", "a", "-o"], "twostream plot: Argument -o/--output: expected one argument."),
        (
            ["batch", "a", "--jobs", "x"],
            "twostream batch: Argument --jobs: invalid int value: 'x'.",
        ),
    ],
)
def test_wrong_arguments_get_one_line(capsys, argv, said):
    with pytest.raises(SystemExit) as end:
        cli.main(argv)
    lines = capsys.readouterr().err.splitlines()
    assert (end.value.code, len(lines)) == (2, 1)
    assert lines[0].startswith(said)
    assert lines[0].endswith(" --help.")


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
    refused(sentence, tool, *arguments)
    assert not list(tmp_path.iterdir())


def test_the_page_without_its_packages_and_with_a_wrong_limit(monkeypatch, capsys):
    monkeypatch.setattr("twostream.cli.app.find_spec", lambda _: None)
    assert refused("needs the Python package starlette", "app").stderr == (
        "twostream app: The page needs the Python package starlette. Run pip install '.[app]' in a "
        "clone, or pip install 'WHEEL[app]' with the path of a wheel.\n"
    )
    with pytest.raises(SystemExit, match="2"):
        cli.main(["app", "--max-megapixels", "0"])
    assert "a whole number above 0" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_and_their_options():
    pytest.importorskip("shtab")
    script = works("completion", "bash").stdout
    ask = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_twostream; echo "${COMPREPLY[@]}"'

    def completed(*words):
        done = run_program("bash", "-c", f"{script}\n{ask}", "bash", "twostream", *words)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()

    assert completed("ev") == ["evaluate"]
    assert sorted(completed("")) == sorted(cli.COMMANDS)
    assert "--method" in completed("fuse", "--me")
    assert completed("demo", "--engine", "o") == ["onnx"]


def test_metrics_are_listed_as_the_registry_has_them_and_explained():
    head, rule, *rows = works("metrics", "--list").stdout.splitlines()
    assert len({len(line) for line in (head, rule, *rows)}) == 1
    cells = {row[0]: row[1:] for row in ([c.strip() for c in r.split("|")[1:-1]] for r in rows)}
    assert list(cells) == list(METRICS)
    assert cells["scd"] == ["-2 to 2", "higher", "sources", "Aslantas, Bendes 2015", "all pixels"]
    assert cells["qcv"][:2] == ["0 to infinity", "lower"]
    assert cells["gmsd"][:3] == ["0 to 1", "lower", "truth"]
    assert cells["sf"][2:4] == ["nothing", "Eskicioglu, Fisher 1995"]
    explained = works("metrics", "n_abf_unit").stdout
    assert explained.startswith(n_abf.__doc__.splitlines()[0])
    assert "Shreyamsha Kumar" in explained


@pytest.mark.parametrize("arguments", [[], ["--list", "psnr"], ["sharpness"]])
def test_one_of_both_and_only_known_names(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["metrics", *arguments])
    assert capsys.readouterr().err
