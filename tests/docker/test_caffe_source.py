"""What docker/caffe-cuda builds: a pinned source, the one of the reference, on either CUDA."""

import os
import re
import sys

import pytest
from programs_of_others import write_program
from run_tool import PROJECT, run_program

RECIPE = PROJECT / "docker" / "caffe-cuda"
VERSION = "1.0.0+git20180821.99bd997-8"
PINNED = [line.split() for line in (RECIPE / "caffe.sha256").read_text().splitlines()]


def test_three_files_of_one_version_are_pinned():
    upstream = VERSION.rpartition("-")[0]
    ends = f"{VERSION}.dsc", f"{upstream}.orig.tar.gz", f"{VERSION}.debian.tar.xz"
    assert [name for _, name in PINNED] == [f"caffe_{end}" for end in ends]
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha) for sha, _ in PINNED)


def test_it_is_the_source_of_the_reference():
    status = PROJECT / ".caffe" / "root" / "var" / "lib" / "dpkg" / "status"
    if not status.exists():
        pytest.skip("real Caffe is not installed here: make caffe")
    (found,) = re.findall(r"^Package: caffe\n(?:.+\n)*?Version: (.*)", status.read_text(), re.M)
    assert re.sub(r"\+b\d+$", "", found) == VERSION


def test_another_source_is_refused_from_every_server(tmp_path):
    """With a fake curl, which keeps the addresses."""
    (tmp_path / "bin").mkdir()
    asks = f'url="${{@: -1}}"; echo "$url" >>{tmp_path}/asked; echo "not Caffe" >"${{url##*/}}"'
    write_program(tmp_path / "bin/curl", asks)
    folders = [f"http://{server}.example/caffe" for server in ("first", "second")]
    path = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "CAFFE_SOURCES": " ".join(folders)}
    done = run_program(RECIPE / "build_caffe", tmp_path / "prefix", env=path)
    said = f"Caffe's source is in none of these folders: {' '.join(folders)}"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, said)
    asked = (tmp_path / "asked").read_text().split()
    assert asked == [f"{folder}/{name}" for folder in folders for _, name in PINNED]
    assert not (tmp_path / "prefix").exists()


def test_arguments_of_the_dockerfile():
    """Debian's servers and CUDA 11.8 are the defaults; the chosen CUDA reaches both stages."""
    text = (RECIPE / "Dockerfile").read_text()
    given = dict(re.findall(r'^ARG (\w+)="?(.*?)"?$', text, re.M))
    servers = re.findall(r"https?://([\w.]+)/", given["CAFFE_SOURCES"])
    assert servers == ["deb.debian.org", "archive.debian.org"]
    assert given["DEBIAN"] == "http://deb.debian.org/debian"
    assert (given["CUDA"], given["ARCHITECTURES"]) == ("11.8", "")
    _, *stages = re.split(r"^FROM ", text, flags=re.M)
    assert ["\nARG CUDA\n" in stage for stage in stages] == [True, True]


def packages(stage, cuda):
    """What the program `packages` prints and says, and its exit status."""
    return run_program(RECIPE / "packages", stage, env={**os.environ, "CUDA": cuda})


@pytest.mark.parametrize(
    ("stage", "debians", "both"),
    [
        ("build", {"nvidia-cuda-toolkit", "g++-11"}, {"g++", "cmake"}),
        (
            "runtime",
            {"libcublas11", "libcudart11.0", "libcurand10"},
            {"python3", "libopenblas0-pthread"},
        ),
    ],
)
def test_cuda_11_8_is_debians_and_cuda_13_needs_no_package_of_nvidia(stage, debians, both):
    old, new = (set(packages(stage, cuda).stdout.split()) for cuda in ("11.8", "13"))
    assert (old - new, new - old) == (debians, set())
    assert new >= both


def test_another_cuda_is_one_sentence():
    setup = run_program(PROJECT / "tools/setup/caffe_cuda", env={**os.environ, "CUDA": "12"})
    for done in (packages("build", "12"), setup):
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
    pip = 'echo "$@"; while [[ $1 != --requirement ]]; do shift; done; cat "$2"'
    write_program(tmp_path / "python3", f'[[ $1 != -m ]] && exec {sys.executable} "$@"\n{pip}')
    path = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = run_program(RECIPE / "install_python", tmp_path / "prefix", "pytest", env=path)
    assert done.returncode == 0, done.stderr
    command, *needed = done.stdout.splitlines()
    assert command.endswith(" numpy<2 six<2 pytest")
    assert f"--constraint {RECIPE}/constraints.txt" in command
    assert f"--target {tmp_path}/prefix/lib/python3.11/dist-packages" in command
    text = (PROJECT / "pyproject.toml").read_text()
    assert {line.partition(">")[0] for line in needed} >= {"numpy", "h5py", "onnxruntime"}
    assert all(f'"{line}"' in text for line in needed)
