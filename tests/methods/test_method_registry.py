import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import twostream.methods
from twostream import BadInput
from twostream.methods import METHODS, method
from twostream.methods.interface import MethodModule, NetworkMethod, NetworkModule

PACKAGE = Path(twostream.methods.__file__).parent


def test_methods_are_named_as_their_modules():
    with_fuse = {
        path.stem
        for path in PACKAGE.glob("[a-z]*.py")
        if re.search(r"^(def fuse\(|fuse = )", path.read_text(), re.M)
    }
    assert with_fuse == set(METHODS)
    assert len({method.label for method in METHODS.values()}) == len(METHODS)
    with pytest.raises(BadInput, match="did you mean guided_filter"):
        method("guidedfilter")


@pytest.mark.parametrize("name", METHODS)
def test_signature_and_docstring(name):
    fuse = import_module(f"twostream.methods.{name}").fuse
    images, *options = inspect.signature(fuse).parameters.values()
    assert images.name == "images"
    for option in options:
        assert option.default is not option.empty
        assert re.search(rf"\b{option.name}\b", inspect.getdoc(fuse))


def test_listing_loads_no_method():
    code = "import sys, twostream.methods; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert [module for module in loaded if module.startswith("twostream.methods.")] == [
        "twostream.methods.interface"
    ]
    assert "pywt" not in loaded


def test_modules_define_what_the_interface_names():
    for one in METHODS.values():
        declared = NetworkModule if isinstance(one, NetworkMethod) else MethodModule
        names = [name for name in dir(declared) if not name.startswith("_")]
        assert "fuse" in names
        assert all(callable(getattr(one.module, name)) for name in names), one.name


def test_what_runs_a_network_names_its_files():
    names = {path.name for path in METHODS["select"].weights}
    assert names == {"deploy.prototxt", "decision.caffemodel", "colour.caffemodel"}
    assert METHODS["average"].weights == ()
