import pytest

from twostream import BadInput
from twostream.cli import parser, run


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
    ],
)
def test_ends_in_one_sentence(capsys, error, code, sentence):
    def main(_):
        raise error

    p = parser("A tool.")
    p.prog = "tool"
    with pytest.raises(SystemExit) as end:
        run(main, p, [])
    assert end.value.code == code
    assert capsys.readouterr().err == f"tool: {sentence}\n"


def test_faults_of_the_program_are_not_hidden():
    def main(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(main, parser("A tool."), [])
