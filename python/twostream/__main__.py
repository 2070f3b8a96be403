"""Entry point of ``python -m twostream COMMAND``, the same as ``twostream COMMAND``."""

from .cli import main

if __name__ == "__main__":
    main()
