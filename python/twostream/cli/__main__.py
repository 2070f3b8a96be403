"""``python -m twostream.cli COMMAND``: the command ``twostream`` where it is not on the path."""

from . import main

main()
