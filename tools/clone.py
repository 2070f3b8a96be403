"""Entry point of the programs in this folder, which run even if the package is not installed."""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT)]


def run(command, package=None):
    """Run ``twostream COMMAND``, or the module COMMAND of a package, with this program's words."""
    prog = Path(sys.argv[0]).name
    try:
        from twostream import cli

        if package:
            module = importlib.import_module(f"{package}.{command}")
            cli.run(module.main, module.arguments())
        else:
            cli.main([command, *sys.argv[1:]], prog)
    except ModuleNotFoundError as error:
        advice = f"run `make setup`, then .venv/bin/python {sys.argv[0]}"
        print(f"{prog}: The Python package {error.name} is missing: {advice}.", file=sys.stderr)
        sys.exit(2)
