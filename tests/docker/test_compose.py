"""docker/compose.yaml: valid by Compose's schema, and its services are the images of docker/."""

import sys

import pytest
from run_tool import PROJECT, run_program

FILE = PROJECT / "docker" / "compose.yaml"


@pytest.fixture(scope="module")
def services():
    yaml = pytest.importorskip("ruamel.yaml")  # comes with check-jsonschema
    return yaml.YAML(typ="safe").load(FILE.read_text())["services"]


def test_the_file_is_valid_and_a_wrong_reservation_would_be_found(tmp_path):
    pytest.importorskip("check_jsonschema", reason="it is not installed: pip install -e '.[dev]'")
    check = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec")
    assert run_program(*check, FILE).returncode == 0
    broken = tmp_path / "compose.yaml"
    broken.write_text(FILE.read_text().replace("capabilities: [gpu]", "capabilities: gpu"))
    assert run_program(*check, broken).returncode == 1


def test_every_image_is_a_service(services):
    folders = {path.parent.name for path in (PROJECT / "docker").glob("*/Dockerfile")}
    assert {service["image"] for service in services.values()} == {
        f"localhost/twostream:{folder}" + (folder == "caffe-cuda") * "${CUDA:+-$CUDA}"
        for folder in folders
    }
    for service in services.values():
        assert (PROJECT / service["build"]["dockerfile"]).exists()
        assert service["volumes"] == ["${DATA:-..}:/data"]
    assert services["caffe"]["build"]["args"] == {"CUDA": "${CUDA:-11.8}"}


def test_the_page_is_open_to_this_computer_alone(services):
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"app": ["127.0.0.1:7860:7860"]}
    assert services["app"]["command"] == "twostream app --host 0.0.0.0 --no-password"


def test_gpus_are_reserved_for_the_images_that_use_them(services):
    deployed = {name: one["deploy"] for name, one in services.items() if "deploy" in one}
    gpus = [{"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}]
    here = {"resources": {"reservations": {"devices": gpus}}}
    assert deployed == {"caffe": here, "torch": here}
