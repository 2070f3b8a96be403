import sys

from run_tool import run_here


def test_without_gradio_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "gradio", None)
    monkeypatch.setattr("twostream.cli.app.find_spec", lambda _: None)
    done = run_here("app")
    assert done.returncode == 2
    assert done.stderr == (
        "twostream app: The page needs the Python package gradio and Python 3.10 or newer. Run "
        "pip install '.[app]' in a clone, or pip install 'WHEEL[app]' with the path of a wheel.\n"
    )


def test_limits_are_whole_numbers():
    done = run_here("app", "--max-megapixels", "0")
    assert done.returncode == 2
    assert "a whole number above 0" in done.stderr
