"""Entry point of the programs in this folder, which run even if the package is not installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))


def run(command):
    """Run ``twostream COMMAND`` with the arguments of this program."""
    prog = Path(sys.argv[0]).name
    try:
        from twostream.cli import main

        main([command, *sys.argv[1:]], prog)
    except ModuleNotFoundError as error:
        advice = f"run `make setup`, then .venv/bin/python {sys.argv[0]}"
        print(f"{prog}: The Python package {error.name} is missing: {advice}.", file=sys.stderr)
        sys.exit(2)
