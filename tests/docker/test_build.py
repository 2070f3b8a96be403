"""Choice of the builder in docker/build, with fake builders that print their arguments."""

import shutil

import pytest
from programs_of_others import write_program
from run_tool import PROJECT, run_program


@pytest.fixture
def build(tmp_path):
    """Run a copy of docker/build where only the `working` builders work."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "cat", "dirname", "realpath"):
        (programs / name).symlink_to(shutil.which(name))
    (tmp_path / "docker" / "cpu").mkdir(parents=True)
    (tmp_path / "docker" / "cpu" / "Dockerfile").write_text("FROM scratch\n")
    script = shutil.copy(str(PROJECT / "docker/build"), str(tmp_path / "docker" / "build"))

    def build(*arguments, working=()):
        for path in (programs / "docker", programs / "podman", tmp_path / "docker/buildah"):
            end = "exit" if path.name in working else "exit 1"
            write_program(path, f'echo "{path.name} $@"\n{end}')
        return run_program(script, *arguments, env={"PATH": str(programs)})

    return build


@pytest.mark.parametrize(
    ("working", "taken"),
    [
        (("docker", "podman", "buildah"), "docker"),
        (("podman", "buildah"), "podman"),  # as where docker is a client without its engine
        (("buildah",), "buildah"),
    ],
)
def test_the_first_builder_that_works_is_taken(build, working, taken):
    shown = build("cpu", "--base", "localhost/some:base", working=working).stdout.splitlines()
    assert shown[0].startswith(f"{taken} build --file docker/cpu/Dockerfile ")
    assert "--build-arg BASE=localhost/some:base --tag localhost/twostream:cpu " in shown[0]
    assert shown[-1] == "Built localhost/twostream:cpu."


def test_build_arguments_and_another_tag(build):
    more = ("--tag", "cpu-new", "--build-arg", "ARCHITECTURES=70 80", "--build-arg", "JOBS=2")
    shown = build("cpu", *more, working=["podman"]).stdout
    given = "--build-arg ARCHITECTURES=70 80 --build-arg JOBS=2 --tag localhost/twostream:cpu-new ."
    assert given in shown
    assert "twostream:cpu " not in shown
    assert "BASE=" not in shown  # the Dockerfile's own base


def test_no_builder_is_one_sentence(build):
    done = build("cpu")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith("No working image builder")


@pytest.mark.parametrize(
    "words", ["", "nothing", "cpu --bass x", "cpu --base", "cpu --build-arg JOBS"]
)
def test_wrong_arguments_show_the_usage(build, words):
    done = build(*words.split(), working=["docker"])
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: docker/build NAME")
