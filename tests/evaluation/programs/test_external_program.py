"""Command lines of programs: what is put into them, and what is read back."""

import re
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
def sources(noise):
    return noise(".", "a picture_A.png", "a picture_B.png", shape=(12, 16, 3))


def program(code, places="{out} {sources}"):
    return Program.of("mine", command(code, places))


@pytest.mark.parametrize("places", ["{sources}", "{first} {second}", "{folder}"])
def test_the_result_is_read_back(sources, places):
    fused, usage = program(AVERAGE, f"{{out}} {places}").fuse_files(sources)
    mean = np.mean([images.read(path) for path in sources], axis=0)
    np.testing.assert_allclose(fused, mean, atol=0.51)
    assert usage.seconds > 0
    assert usage.peak > 1_000_000


@pytest.mark.parametrize(
    ("code", "places", "sentence"),
    [
        (AVERAGE, "{out} {first} {second}", "mine takes two frames, not 4"),
        ("pass", "{out} {sources}", "mine ended without an error, but wrote no image"),
        ("import sys; open(sys.argv[1], 'w').write('no')", "{out} {sources}", r"fused\.png"),
    ],
)
def test_programs_that_give_no_picture(sources, code, places, sentence):
    with pytest.raises(BadInput, match=sentence):
        program(code, places).fuse_files(sources * 2)


def test_the_folder_has_the_pictures_in_their_order_and_the_scratch_folder_nothing(sources):
    code = (
        "import os, sys; folder, scratch = sys.argv[1:3]; print([os.readlink(os.path.join("
        "folder, name)) for name in sorted(os.listdir(folder))], os.listdir(scratch)); sys.exit(1)"
    )
    with pytest.raises(BadInput) as error:
        program(code, "{folder} {scratch} {out}").fuse_files([*sources[::-1], *sources])
    assert f"{list(map(str, [*sources[::-1], *sources]))} []"[-250:] in str(error.value)


def test_no_shell_reads_the_command(sources, tmp_path):
    code = "import sys; sys.exit(repr(sys.argv[1:3]))"
    places = f"'$HOME;touch {tmp_path}/made' *.png {{sources}} {{out}}"
    with pytest.raises(BadInput) as error:
        program(code, places).fuse_files(sources)
    assert f"['$HOME;touch {tmp_path}/made', '*.png']" in str(error.value)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mine=absent_program {sources} {out}", "There is no program absent_program."),
        ("mine=python3 {sources}", "must name its files"),
        ("mine=python3 {out}", "must name its files"),
        ("mine=python3 --in={sources} {out}", "{sources} must be an argument by itself"),
        ("mine=python3 'x {sources} {out}", "No closing quotation"),
        ("a/b=python3 {sources} {out}", "The program name 'a/b' is invalid"),
        ("=python3 {sources} {out}", "The program name '' is invalid"),
        ("mine=", "must name its files"),
        ("enfus", "did you mean enfuse"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(text, sentence):
    with pytest.raises(BadInput, match=re.escape(sentence)):
        external_program(text)


def test_files_of_the_command_line(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(AVERAGE)
    found = Program.of("mine", f"{sys.executable} {script} {{out}} {{sources}}")
    assert found.files == [Path(shutil.which(sys.executable)), script]
