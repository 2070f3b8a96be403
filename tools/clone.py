"""Entry point of the programs in this folder, which run even if the package is not installed."""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT)]


def run(name, module):
    """Run a module's command if the program is `name` "__main__", not imported by a process."""
    if name != "__main__":
        return
    prog = Path(sys.argv[0]).name
    try:
        from twostream import cli

        command = importlib.import_module(module)
        cli.run(command.main, command.arguments())
    except ModuleNotFoundError as error:
        advice = f"run `make setup`, then .venv/bin/python {sys.argv[0]}"
        print(f"{prog}: The Python package {error.name} is missing: {advice}.", file=sys.stderr)
        sys.exit(2)
