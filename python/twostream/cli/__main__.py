"""Entry point of ``python -m twostream.cli COMMAND``, the same as ``twostream COMMAND``."""

from . import main

main()
