"""docker/compose.yaml: valid by Compose's schema, and its services are the images of docker/."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "docker" / "compose.yaml"


def checked(path):
    program = Path(sys.executable).with_name("check-jsonschema")
    if not program.exists():
        pytest.skip("check-jsonschema is not installed: pip install -e '.[dev]'")
    schema = ("--builtin-schema", "vendor.compose-spec")
    return subprocess.run([program, *schema, path], capture_output=True, text=True)


@pytest.fixture(scope="module")
def services():
    yaml = pytest.importorskip("ruamel.yaml")  # comes with check-jsonschema
    return yaml.YAML(typ="safe").load(FILE.read_text())["services"]


def test_the_file_is_valid():
    assert checked(FILE).returncode == 0


def test_the_schema_finds_a_wrong_reservation(tmp_path):
    broken = tmp_path / "compose.yaml"
    broken.write_text(FILE.read_text().replace("capabilities: [gpu]", "capabilities: gpu"))
    assert checked(broken).returncode == 1


def test_every_image_is_a_service(services):
    folders = {path.parent.name for path in (PROJECT / "docker").glob("*/Dockerfile")}
    assert {service["image"] for service in services.values()} == {
        f"localhost/twostream:{folder}" + (folder == "caffe-cuda") * "${CUDA:+-$CUDA}"
        for folder in folders
    }
    for service in services.values():
        assert (PROJECT / service["build"]["dockerfile"]).exists()
        assert service["volumes"] == ["${DATA:-..}:/data"]


def test_the_variable_cuda_is_passed_to_the_build(services):
    assert services["caffe"]["build"]["args"] == {"CUDA": "${CUDA:-11.8}"}


def test_the_page_is_open_to_this_computer_alone(services):
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"app": ["127.0.0.1:7860:7860"]}
    assert services["app"]["command"] == "twostream app --host 0.0.0.0"


def test_gpus_are_reserved_for_the_images_that_use_them(services):
    with_gpu = {name for name, service in services.items() if "deploy" in service}
    assert with_gpu == {"caffe", "torch"}
    for name in with_gpu:
        (device,) = services[name]["deploy"]["resources"]["reservations"]["devices"]
        assert device == {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}
