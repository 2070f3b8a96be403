"""Tests of tools/setup/caffe, tools/in_caffe and tools/caffe, with and without real Caffe."""

import os
import shutil
import signal
import subprocess

import pytest
from real_caffe import IN_CAFFE, PROJECT, require_caffe, write_tiny_solver

PROGRAMS = (
    "bash cat dirname echo env flock grep head id mkdir mktemp mv realpath rm sed tail tar tee"
)


def run(*command, **options):
    command = [str(part) for part in command]
    return subprocess.run(command, capture_output=True, text=True, **options)


def caffe_train(folder):
    tool = PROJECT / "tools" / "caffe"
    environment = dict(os.environ, GLOG_minloglevel="0")  # pycaffe in this process silences it
    return [str(tool), "train", "-solver", "solver.prototxt"], {"cwd": folder, "env": environment}


@pytest.mark.caffe
def test_caffe_trains_and_writes_a_snapshot(tmp_path):
    require_caffe()
    write_tiny_solver(tmp_path, iterations=2)
    command, options = caffe_train(tmp_path)
    done = run(*command, **options)
    assert done.returncode == 0, done.stderr
    assert "Iteration 2, loss = " in done.stderr
    assert (tmp_path / "tiny_iter_2.caffemodel").stat().st_size > 0
    assert (tmp_path / "tiny_iter_2.solverstate").stat().st_size > 0


@pytest.mark.caffe
def test_interrupted_caffe_writes_a_snapshot_and_ends_well(tmp_path):
    require_caffe()
    write_tiny_solver(tmp_path, iterations=100_000_000)
    command, options = caffe_train(tmp_path)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options) as caffe:
        for line in caffe.stderr:
            if "Iteration 5 " in line:
                caffe.send_signal(signal.SIGINT)
                break
        rest = caffe.communicate(timeout=60)[1]
    assert caffe.returncode == 0
    assert "Optimization stopped early." in rest
    assert list(tmp_path.glob("tiny_iter_*.solverstate"))


@pytest.mark.caffe
def test_terminated_command_says_so():
    require_caffe()
    with subprocess.Popen(
        [str(IN_CAFFE), "python3", "-c", "print('up', flush=True); import time; time.sleep(60)"],
        stdout=subprocess.PIPE,
    ) as command:
        command.stdout.readline()
        command.terminate()
        command.wait(timeout=30)
    assert command.returncode in (-signal.SIGTERM, 128 + signal.SIGTERM)


@pytest.mark.caffe
def test_arguments_folder_input_and_exit_code_go_through(tmp_path):
    require_caffe()
    script = 'echo "$PWD|$1|$(cat)"; exit 7'
    done = run(IN_CAFFE, "bash", "-c", script, "bash", "two words", cwd=tmp_path, input="typed")
    assert done.stdout.strip() == f"{tmp_path}|two words|typed"
    assert done.returncode == 7


@pytest.mark.caffe
def test_pycaffe_and_the_toolkit_import_together(tmp_path):
    require_caffe()
    code = "import caffe, twostream; print(caffe.__version__, twostream.__file__)"
    done = run(IN_CAFFE, "python3", "-c", code, cwd=tmp_path)
    assert done.stdout.split() == ["1.0.0", str(PROJECT / "python/twostream/__init__.py")]


@pytest.fixture
def bare(tmp_path):
    """A copy of the scripts in a new project, and a PATH with few programs."""
    project, programs = tmp_path / "project", tmp_path / "programs"
    (project / "tools/setup").mkdir(parents=True)
    for name in ("in_caffe", "setup/debian_root", "setup/require", "setup/caffe"):
        shutil.copy(str(PROJECT / "tools" / name), str(project / "tools" / name))
    (project / "docker").mkdir()
    for name in ("caffe_packages.txt", "test_packages.txt"):
        (project / "docker" / name).write_text(f"# a comment\n{name[:-4]}  # another\n")
    programs.mkdir()
    for name in (*PROGRAMS.split(), "xargs"):
        (programs / name).symlink_to(shutil.which(name))
    return project, programs


def run_bare(bare, tool, *arguments):
    project, programs = bare
    return run(project / "tools" / tool, *arguments, env={"PATH": str(programs)})


def add_program(bare, name, script):
    path = bare[1] / name
    path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
    path.chmod(0o755)


def add_mmdebstrap(bare):
    """A fake that appends its arguments to the file `calls` and writes a root of one file."""
    project = bare[0]
    (project / "fake" / "bin").mkdir(parents=True)
    (project / "fake" / "bin" / "caffe").write_text("")
    add_program(bare, "bwrap", "exit 0")
    says = 'printf "I: %s...\\n" "running apt-get update" "using /tmp as tempdir" >&2'
    writes = f'echo "$@" >>{project}/calls; exec tar -C {project}/fake -c ./bin'
    add_program(bare, "mmdebstrap", f"{says}\n{writes}")


def one_sentence(done):
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_without_a_root_in_caffe_says_what_to_run(bare):
    assert "run `make caffe`" in one_sentence(run_bare(bare, "in_caffe", "true"))


def test_without_bwrap_in_caffe_says_what_to_run(bare):
    (bare[0] / ".caffe" / "root").mkdir(parents=True)
    assert "bwrap is missing" in one_sentence(run_bare(bare, "in_caffe", "true"))


DRIVER = """
\tlibnvidia-ptxjitcompiler.so.1 (libc6,x86-64) => /lib/nv/libnvidia-ptxjitcompiler.so.1
\tlibcudart.so.12 (libc6,x86-64) => /opt/cuda/libcudart.so.12
\tlibcuda.so.1 (libc6,x86-64) => /lib/nv/libcuda.so.1
\tlibcuda.so.1 (libc6) => /lib32/libcuda.so.1
"""


@pytest.mark.parametrize("root", ["root", "cuda"])
def test_the_driver_comes_from_the_machine_for_caffe_with_cuda(bare, root):
    (bare[0] / ".caffe" / "root" / "usr").mkdir(parents=True)
    (bare[0] / ".caffe" / root / "usr").mkdir(parents=True, exist_ok=True)
    add_program(bare, "ldconfig", f'echo "{DRIVER}"')
    add_program(bare, "bwrap", 'echo "$@"')
    shown = run_bare(bare, "in_caffe", "true").stdout
    assert f"--ro-bind {bare[0]}/.caffe/{root}/usr /usr" in shown
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
    add_program(bare, "caffe", "exit 0")
    add_program(bare, "python3", "exit 0")
    setup = run_bare(bare, "setup/caffe")
    assert setup.returncode == 0
    assert str(bare[1] / "caffe") in setup.stdout
    shown = run_bare(bare, "in_caffe", "bash", "-c", "echo $PYTHONPATH")
    assert shown.stdout.strip() == str(bare[0] / "python")


def test_a_caffe_program_without_pycaffe_is_not_enough(bare):
    add_program(bare, "caffe", "exit 0")
    add_program(bare, "python3", "exit 1")
    one_sentence(run_bare(bare, "in_caffe", "true"))


def test_without_mmdebstrap_and_apt_setup_says_what_to_install(bare):
    message = one_sentence(run_bare(bare, "setup/caffe"))
    assert "mmdebstrap bubblewrap" in message
    assert not (bare[0] / ".caffe").exists()


def test_only_root_installs_what_is_missing(bare):
    (bare[1] / "id").unlink()
    add_program(bare, "id", "echo 1000")
    add_program(bare, "apt-get", "exit 0")
    assert "Missing mmdebstrap bwrap" in one_sentence(run_bare(bare, "setup/caffe"))


def test_root_installs_what_is_missing(bare):
    (bare[1] / "id").unlink()
    add_program(bare, "id", "echo 0")
    script = f'echo "$@" >>{bare[0]}/apt; echo "E: no network"; [[ $1 != install ]]'
    add_program(bare, "apt-get", script)
    message = one_sentence(run_bare(bare, "setup/caffe"))
    assert "E: no network" in message
    assert "install -y --no-install-recommends mmdebstrap" in (bare[0] / "apt").read_text()


def test_setup_builds_once_and_again_when_the_list_changes(bare):
    add_mmdebstrap(bare)
    project = bare[0]
    first, second = (run_bare(bare, "setup/caffe") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout.splitlines()[1:] == ["  running apt-get update..."]
    assert not second.stdout
    calls = (project / "calls").read_text().splitlines()
    assert calls == ["--variant=apt --include=caffe_packages test_packages bullseye -"]
    assert (project / ".caffe" / "root" / "bin" / "caffe").exists()

    (project / "docker" / "test_packages.txt").write_text("python3-pytest\n")
    assert run_bare(bare, "setup/caffe").returncode == 0
    assert len((project / "calls").read_text().splitlines()) == 2


def test_a_failed_setup_leaves_nothing_half_made(bare):
    add_program(bare, "bwrap", "exit 0")
    add_program(bare, "mmdebstrap", "echo 'E: cannot reach the mirror' >&2; exit 1")
    assert "E: cannot reach the mirror" in one_sentence(run_bare(bare, "setup/caffe"))
    assert {path.name for path in (bare[0] / ".caffe").iterdir()} == {"lock", "setup.log"}


def test_a_failed_setup_keeps_the_root_that_was_there(bare):
    add_mmdebstrap(bare)
    run_bare(bare, "setup/caffe")
    (bare[0] / "docker" / "test_packages.txt").write_text("python3-pytest\n")
    add_program(bare, "mmdebstrap", "exit 1")
    one_sentence(run_bare(bare, "setup/caffe"))
    assert os.listdir(str(bare[0] / ".caffe" / "root" / "bin")) == ["caffe"]
