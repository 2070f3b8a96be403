"""Tests of tools/setup/caffe, tools/in_caffe and tools/caffe, with and without real Caffe."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress

import pytest
from programs_of_others import write_program
from real_caffe import IN_CAFFE, PROJECT, require_caffe, write_tiny_solver
from run_tool import run_program

PROGRAMS = (
    "bash cat dirname echo env flock grep head id mkdir mktemp mv realpath rm sed tail tar tee"
)
TRAIN = [str(PROJECT / "tools/caffe"), "train", "-solver", "solver.prototxt"]


@pytest.mark.caffe
@pytest.mark.parametrize("interrupted", [False, True])
def test_caffe_writes_a_snapshot_at_its_end_and_when_it_is_interrupted(tmp_path, interrupted):
    require_caffe()
    write_tiny_solver(tmp_path, iterations=100_000_000 if interrupted else 2)
    environment = dict(os.environ, GLOG_minloglevel="0")  # pycaffe in this process silences it
    options = {"cwd": tmp_path, "env": environment, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(TRAIN, **options) as caffe:
        for line in caffe.stderr if interrupted else ():
            if "Iteration 5 " in line:
                caffe.send_signal(signal.SIGINT)
                break
        rest = caffe.communicate(timeout=60)[1]
    assert caffe.returncode == 0
    assert ("Optimization stopped early." if interrupted else "Iteration 2, loss = ") in rest
    for kind in ("caffemodel", "solverstate"):
        (path,) = tmp_path.glob(f"tiny_iter_*.{kind}")
        assert path.stat().st_size > 0


@pytest.mark.caffe
def test_terminated_command_says_so():
    require_caffe()
    code = "print('up', flush=True); import time; time.sleep(60)"
    with subprocess.Popen(
        [str(IN_CAFFE), "python3", "-c", code], stdout=subprocess.PIPE
    ) as command:
        command.stdout.readline()
        command.terminate()
        command.wait(timeout=30)
    assert command.returncode in (-signal.SIGTERM, 128 + signal.SIGTERM)


@pytest.mark.caffe
def test_a_command_in_the_root_is_as_one_outside(tmp_path):
    require_caffe()
    script = 'echo "$PWD|$1|$(cat)"; exit 7'
    words = (IN_CAFFE, "bash", "-c", script, "bash", "two words")
    done = run_program(*words, cwd=tmp_path, input="typed")
    assert (done.stdout.strip(), done.returncode) == (f"{tmp_path}|two words|typed", 7)
    code = "import caffe, twostream; print(caffe.__version__, twostream.__file__)"
    done = run_program(IN_CAFFE, "python3", "-c", code, cwd=tmp_path)
    assert done.stdout.split() == ["1.0.0", str(PROJECT / "python/twostream/__init__.py")]


class Bare:
    """A copy of the scripts in a new project, and a PATH with few programs."""

    def __init__(self, folder):
        self.project, self.programs = folder / "project", folder / "programs"
        for made in (self.project / "tools/setup", self.project / "docker", self.programs):
            made.mkdir(parents=True)
        for name in ("in_caffe", "setup/debian_root", "setup/require", "setup/caffe"):
            shutil.copy(str(PROJECT / "tools" / name), str(self.project / "tools" / name))
        for name in ("caffe_packages", "test_packages"):
            self.list_packages(name, f"# a comment\n{name}  # another\n")
        for name in (*PROGRAMS.split(), "xargs"):
            (self.programs / name).symlink_to(shutil.which(name))

    def list_packages(self, name, text):
        (self.project / f"docker/{name}.txt").write_text(text)

    def run(self, tool, *arguments):
        path = {"PATH": str(self.programs)}
        return run_program(self.project / "tools" / tool, *arguments, env=path)

    def refused(self, tool, *arguments):
        done = self.run(tool, *arguments)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        return done.stderr

    def add(self, name, script):
        with suppress(FileNotFoundError):
            (self.programs / name).unlink()
        write_program(self.programs / name, script)

    def add_mmdebstrap(self):
        """A fake that appends its arguments to the file `calls` and writes a root of one file."""
        (self.project / "fake/bin").mkdir(parents=True)
        (self.project / "fake/bin/caffe").write_text("")
        self.add("bwrap", "exit 0")
        says = 'printf "I: %s...\\n" "running apt-get update" "using /tmp as tempdir" >&2'
        writes = f'echo "$@" >>{self.project}/calls; exec tar -C {self.project}/fake -c ./bin'
        self.add("mmdebstrap", f"{says}\n{writes}")


@pytest.fixture
def bare(tmp_path):
    return Bare(tmp_path)


APT = 'echo "$@" >>"${0%/*}/../apt"; echo "E: no network"; [[ $1 != install ]]'


@pytest.mark.parametrize(
    ("tool", "programs", "sentence"),
    [
        ("in_caffe true", {}, "run `make caffe`"),
        ("in_caffe true", {"caffe": "exit 0", "python3": "exit 1"}, "make caffe"),
        ("setup/caffe", {}, "mmdebstrap bubblewrap"),
        ("setup/caffe", {"id": "echo 1000", "apt-get": APT}, "Missing mmdebstrap bwrap"),
        ("setup/caffe", {"id": "echo 0", "apt-get": APT}, "E: no network"),
    ],
)
def test_what_is_missing_is_one_sentence_and_only_root_installs(bare, tool, programs, sentence):
    for name, script in programs.items():
        bare.add(name, script)
    assert sentence in bare.refused(*tool.split())
    asked = bare.project.parent / "apt"
    installs = "install -y --no-install-recommends mmdebstrap"
    assert (asked.exists() and installs in asked.read_text()) == ("no network" in sentence)
    assert asked.exists() or not (bare.project / ".caffe").exists()


def test_without_bwrap_in_caffe_says_what_to_run(bare):
    (bare.project / ".caffe/root").mkdir(parents=True)
    assert "bwrap is missing" in bare.refused("in_caffe", "true")


DRIVER = """
\tlibnvidia-ptxjitcompiler.so.1 (libc6,x86-64) => /lib/nv/libnvidia-ptxjitcompiler.so.1
\tlibcudart.so.12 (libc6,x86-64) => /opt/cuda/libcudart.so.12
\tlibcuda.so.1 (libc6,x86-64) => /lib/nv/libcuda.so.1
\tlibcuda.so.1 (libc6) => /lib32/libcuda.so.1
"""


@pytest.mark.parametrize("root", ["root", "cuda"])
def test_the_driver_comes_from_the_machine_for_caffe_with_cuda(bare, root):
    for name in {"root", root}:
        (bare.project / f".caffe/{name}/usr").mkdir(parents=True)
    bare.add("ldconfig", f'echo "{DRIVER}"')
    bare.add("bwrap", 'echo "$@"')
    shown = bare.run("in_caffe", "true").stdout
    assert f"--ro-bind {bare.project}/.caffe/{root}/usr /usr" in shown
    bound = [word for word in shown.split() if word.startswith("/nvidia")]
    if root == "cuda":
        assert "--setenv LD_LIBRARY_PATH /nvidia --unsetenv LD_PRELOAD" in shown
        names = ("libnvidia-ptxjitcompiler.so.1", "libcuda.so.1")
        assert all(f"--ro-bind /lib/nv/{name} /nvidia/{name}" in shown for name in names)
        assert len(bound) == 3
    else:
        assert not bound
        assert "--unsetenv LD_LIBRARY_PATH" in shown


def test_the_systems_own_caffe_is_used_as_it_is(bare):
    for name in ("caffe", "python3"):
        bare.add(name, "exit 0")
    setup = bare.run("setup/caffe")
    assert setup.returncode == 0
    assert str(bare.programs / "caffe") in setup.stdout
    shown = bare.run("in_caffe", "bash", "-c", "echo $PYTHONPATH")
    assert shown.stdout.strip() == str(bare.project / "python")


def test_setup_builds_once_and_again_when_the_list_changes(bare):
    bare.add_mmdebstrap()
    first, second = (bare.run("setup/caffe") for _ in range(2))
    assert (first.returncode, second.returncode, second.stdout) == (0, 0, "")
    assert first.stdout.splitlines()[1:] == ["  running apt-get update..."]
    calls = ["--variant=apt --include=caffe_packages test_packages bullseye -"]
    assert (bare.project / "calls").read_text().splitlines() == calls
    assert (bare.project / ".caffe/root/bin/caffe").exists()
    bare.list_packages("test_packages", "python3-pytest\n")
    assert bare.run("setup/caffe").returncode == 0
    assert len((bare.project / "calls").read_text().splitlines()) == 2


def test_a_failed_setup_keeps_the_root_that_was_there_and_leaves_nothing_half_made(bare):
    bare.add_mmdebstrap()
    bare.run("setup/caffe")
    bare.list_packages("test_packages", "python3-pytest\n")
    bare.add("mmdebstrap", "echo 'E: cannot reach the mirror' >&2; exit 1")
    assert "E: cannot reach the mirror" in bare.refused("setup/caffe")
    assert os.listdir(bare.project / ".caffe/root/bin") == ["caffe"]
    shutil.rmtree(bare.project / ".caffe")
    assert "E: cannot reach the mirror" in bare.refused("setup/caffe")
    assert {path.name for path in (bare.project / ".caffe").iterdir()} == {"lock", "setup.log"}
