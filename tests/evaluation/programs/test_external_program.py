"""Command lines of programs: what is put into them, and what is read back."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from programs_of_others import AVERAGE, command

from twostream.errors import BadInput
from twostream.evaluation.programs import Program, external_program
from twostream.io import images


@pytest.fixture
def sources(tmp_path, rng):
    paths = [tmp_path / f"a picture_{letter}.png" for letter in "AB"]
    for path in paths:
        images.write(path, rng.integers(0, 256, (12, 16, 3)).astype(np.uint8))
    return paths


def mean(paths):
    return np.mean([images.read(path) for path in paths], axis=0)


def test_the_result_is_read_back(sources):
    fused, usage = Program.of("mine", command(AVERAGE, "{out} {sources}")).fuse_files(sources)
    np.testing.assert_allclose(fused, mean(sources), atol=0.51)
    assert usage.seconds > 0
    assert usage.peak > 1_000_000


@pytest.mark.parametrize("places", ["{out} {first} {second}", "{out} {folder}"])
def test_other_ways_of_naming_the_pictures(sources, places):
    fused, _ = Program.of("mine", command(AVERAGE, places)).fuse_files(sources)
    np.testing.assert_allclose(fused, mean(sources), atol=0.51)


def test_first_and_second_take_two_pictures(sources):
    program = Program.of("mine", command(AVERAGE, "{out} {first} {second}"))
    with pytest.raises(BadInput, match="mine takes two pictures, not 4"):
        program.fuse_files(sources * 2)


def test_the_folder_has_the_pictures_in_their_order_and_the_scratch_folder_nothing(sources):
    code = (
        "import os, sys; folder, scratch = sys.argv[1:3]; print([os.readlink(os.path.join("
        "folder, name)) for name in sorted(os.listdir(folder))], os.listdir(scratch)); sys.exit(1)"
    )
    program = Program.of("mine", command(code, "{folder} {scratch} {out}"))
    with pytest.raises(BadInput) as error:
        program.fuse_files([*sources[::-1], *sources])
    assert f"{list(map(str, [*sources[::-1], *sources]))} []"[-250:] in str(error.value)


def test_no_shell_reads_the_command(sources, tmp_path):
    code = "import sys; sys.exit(repr(sys.argv[1:3]))"
    program = Program.of(
        "mine", command(code, f"'$HOME;touch {tmp_path}/made' *.png {{sources}} {{out}}")
    )
    with pytest.raises(BadInput) as error:
        program.fuse_files(sources)
    assert f"['$HOME;touch {tmp_path}/made', '*.png']" in str(error.value)
    assert not (tmp_path / "made").exists()


def test_a_program_that_writes_nothing(sources):
    program = Program.of("mine", command("pass", "{out} {sources}"))
    with pytest.raises(BadInput, match="mine ended without an error, but wrote no picture"):
        program.fuse_files(sources)


def test_a_program_that_writes_no_picture(sources):
    program = Program.of(
        "mine", command("open(__import__('sys').argv[1], 'w').write('no')", "{out} {sources}")
    )
    with pytest.raises(BadInput, match=r"fused\.png"):
        program.fuse_files(sources)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mine=absent_program {sources} {out}", "There is no program absent_program."),
        ("mine=python3 {sources}", "names no {sources} or no {out}"),
        ("mine=python3 {out}", "names no {sources} or no {out}"),
        ("mine=python3 --in={sources} {out}", "{sources} is a word by itself"),
        ("mine=python3 'x {sources} {out}", "No closing quotation"),
        ("a/b=python3 {sources} {out}", "The name 'a/b' of a program"),
        ("=python3 {sources} {out}", "The name '' of a program"),
        ("mine=", "names no {sources}"),
        ("enfus", "did you mean enfuse"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(text, sentence):
    with pytest.raises(BadInput) as error:
        external_program(text)
    assert sentence in str(error.value)


def test_files_of_the_command_line(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(AVERAGE)
    program = Program.of("mine", f"{sys.executable} {script} {{out}} {{sources}}")
    assert program.files == [Path(shutil.which(sys.executable)), script]
