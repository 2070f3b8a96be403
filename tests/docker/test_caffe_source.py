"""What docker/caffe-cuda builds: a pinned source, the one of the reference, on either CUDA."""

import os
import re
import subprocess
import sys

import pytest
from real_caffe import PROJECT

RECIPE = PROJECT / "docker" / "caffe-cuda"
VERSION = "1.0.0+git20180821.99bd997-8"


def pinned():
    return [line.split() for line in (RECIPE / "caffe.sha256").read_text().splitlines()]


def test_three_files_of_one_version_are_pinned():
    upstream = VERSION.rpartition("-")[0]
    assert [name for _, name in pinned()] == [
        f"caffe_{VERSION}.dsc",
        f"caffe_{upstream}.orig.tar.gz",
        f"caffe_{VERSION}.debian.tar.xz",
    ]
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha) for sha, _ in pinned())


def test_it_is_the_source_of_the_reference():
    status = PROJECT / ".caffe" / "root" / "var" / "lib" / "dpkg" / "status"
    if not status.exists():
        pytest.skip("real Caffe is not installed here: make caffe")
    (found,) = re.findall(r"^Package: caffe\n(?:.+\n)*?Version: (.*)", status.read_text(), re.M)
    assert re.sub(r"\+b\d+$", "", found) == VERSION


@pytest.fixture
def build(tmp_path):
    """Run build_caffe with a fake curl, which keeps the addresses and writes `content`."""
    programs = tmp_path / "programs"
    programs.mkdir()

    def build(content):
        curl = programs / "curl"
        curl.write_text(
            f'#!/bin/bash\nurl="${{@: -1}}"\necho "$url" >>{tmp_path}/asked\n'
            f'printf %s "{content}" >"${{url##*/}}"\n'
        )
        curl.chmod(0o755)
        folders = "http://first.example/caffe http://second.example/caffe"
        return subprocess.run(
            [RECIPE / "build_caffe", tmp_path / "prefix"],
            env={"PATH": f"{programs}:/usr/bin:/bin", "CAFFE_SOURCES": folders},
            capture_output=True,
            text=True,
        )

    return build


def test_another_source_is_refused_from_every_server(build, tmp_path):
    done = build("not Caffe")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "Caffe's source is in none of these folders: "
        "http://first.example/caffe http://second.example/caffe"
    )
    asked = (tmp_path / "asked").read_text().split()
    assert asked == [
        f"http://{server}.example/caffe/{name}"
        for server in ("first", "second")
        for _, name in pinned()
    ]
    assert not (tmp_path / "prefix").exists()


def arguments():
    found = re.findall(r'^ARG (\w+)="?(.*?)"?$', (RECIPE / "Dockerfile").read_text(), re.M)
    return dict(found)


def test_the_defaults_are_debians_servers_and_cuda_11_8():
    servers = re.findall(r"https?://([\w.]+)/", arguments()["CAFFE_SOURCES"])
    assert servers == ["deb.debian.org", "archive.debian.org"]
    assert arguments()["DEBIAN"] == "http://deb.debian.org/debian"
    assert (arguments()["CUDA"], arguments()["ARCHITECTURES"]) == ("11.8", "")


def test_the_chosen_cuda_reaches_both_stages():
    _, *stages = re.split(r"^FROM ", (RECIPE / "Dockerfile").read_text(), flags=re.M)
    assert len(stages) == 2
    assert all("\nARG CUDA\n" in stage for stage in stages)


def packages(stage, cuda):
    """What the program `packages` prints and says, and its exit status."""
    return subprocess.run(
        [RECIPE / "packages", stage],
        env={**os.environ, "CUDA": cuda},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("stage", ["build", "runtime"])
def test_cuda_11_8_is_debians_and_cuda_13_needs_no_package_of_nvidia(stage):
    old, new = (set(packages(stage, cuda).stdout.split()) for cuda in ("11.8", "13"))
    more = {
        "build": {"nvidia-cuda-toolkit", "g++-11"},
        "runtime": {"libcublas11", "libcudart11.0", "libcurand10"},
    }
    assert (old - new, new - old) == (more[stage], set())
    assert new >= {"build": {"g++", "cmake"}, "runtime": {"python3", "libopenblas0-pthread"}}[stage]


def test_another_cuda_is_one_sentence():
    setup = [PROJECT / "tools/setup/caffe_cuda"]
    environment = {**os.environ, "CUDA": "12"}
    for done in (
        packages("build", "12"),
        subprocess.run(setup, env=environment, capture_output=True, text=True),
    ):
        assert (done.returncode, done.stderr) == (2, "CUDA must be 11.8 or 13, not 12.\n")


def test_the_wheels_of_cuda_13_are_pinned():
    text = (RECIPE / "wheels-13.txt").read_text()
    wheels = re.findall(r"^([a-z-]+)==([\d.]+) \\\n +--hash=sha256:[0-9a-f]{64}$", text, re.M)
    assert len(wheels) == len(re.findall(r"^[^#\s]", text, re.M))
    versions = {name: version.rsplit(".", 1)[0] for name, version in wheels}
    assert versions.pop("nvidia-cuda-cuobjdump") == "13.2"
    assert (versions.pop("nvidia-cublas"), versions.pop("nvidia-curand")) == ("13.0.2", "10.4.0")
    names = ("cuda-cccl", "cuda-crt", "cuda-nvcc", "cuda-runtime", "nvvm")
    assert versions == {f"nvidia-{name}": "13.0" for name in names}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the image's Python is 3.11")
def test_the_packages_of_the_toolkit_are_installed_with_numpy_1(tmp_path):
    fake = tmp_path / "python3"
    fake.write_text(
        f'#!/bin/bash\n[[ $1 != -m ]] && exec {sys.executable} "$@"\n'
        'echo "$@"; while [[ $1 != --requirement ]]; do shift; done; cat "$2"\n'
    )
    fake.chmod(0o755)
    done = subprocess.run(
        [RECIPE / "install_python", tmp_path / "prefix", "pytest"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    command, *needed = done.stdout.splitlines()
    assert command.endswith(" numpy<2 six<2 pytest")
    assert f"--target {tmp_path}/prefix/lib/python3.11/dist-packages" in command
    text = (PROJECT / "pyproject.toml").read_text()
    assert {line.partition(">")[0] for line in needed} >= {"numpy", "h5py", "onnxruntime"}
    assert all(f'"{line}"' in text for line in needed)
