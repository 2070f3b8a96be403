"""Choice of the builder in docker/build, with fake builders that print their arguments."""

import shutil
import subprocess

import pytest
from real_caffe import PROJECT

BUILD = PROJECT / "docker" / "build"


@pytest.fixture
def build(tmp_path):
    """Run a copy of docker/build where only the `working` builders work."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "cat", "dirname", "realpath"):
        (programs / name).symlink_to(shutil.which(name))
    (tmp_path / "docker" / "cpu").mkdir(parents=True)
    (tmp_path / "docker" / "cpu" / "Dockerfile").write_text("FROM scratch\n")
    script = shutil.copy(str(BUILD), str(tmp_path / "docker" / "build"))

    def build(*arguments, working=()):
        for name in ("docker", "podman"):
            add(programs / name, name, name in working)
        add(tmp_path / "docker" / "buildah", "buildah", "buildah" in working)
        return subprocess.run(
            [script, *arguments], env={"PATH": str(programs)}, capture_output=True, text=True
        )

    return build


def add(path, name, works):
    end = "exit" if works else "exit 1"
    path.write_text(f'#!{shutil.which("bash")}\necho "{name} $@"\n{end}\n')
    path.chmod(0o755)


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


def test_the_dockerfiles_own_base_is_the_default(build):
    assert "BASE=" not in build("cpu", working=["podman"]).stdout


def test_build_arguments_are_passed_on(build):
    more = ("--build-arg", "ARCHITECTURES=70 80", "--build-arg", "JOBS=2")
    shown = build("cpu", *more, working=["podman"]).stdout
    assert "--build-arg ARCHITECTURES=70 80 --build-arg JOBS=2 --tag " in shown


def test_an_image_can_have_another_tag(build):
    shown = build("cpu", "--tag", "cpu-new", "--build-arg", "JOBS=2", working=["podman"]).stdout
    assert "--build-arg JOBS=2 --tag localhost/twostream:cpu-new ." in shown
    assert "twostream:cpu " not in shown


def test_no_builder_is_one_sentence(build):
    done = build("cpu")
    assert done.returncode == 2
    assert done.stderr.startswith("No working image builder")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing"], ["cpu", "--bass", "x"], ["cpu", "--base"], ["cpu", "--build-arg", "JOBS"]],
)
def test_wrong_arguments_show_the_usage(build, arguments):
    done = build(*arguments, working=["docker"])
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: docker/build NAME")
