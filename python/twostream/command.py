"""What all command lines share: how they end."""

import argparse
import sys

from .errors import BadInput


def parser(doc):
    """Argument parser whose help starts with a module's docstring."""
    return argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def run(main, arguments, argv=None):
    """Parse the command line and run `main` on it, then exit.

    Bad input ends in one sentence on stderr and exit code 2, an interrupt in 130.
    """
    args = arguments.parse_args(argv)
    try:
        main(args)
    except BadInput as error:
        sys.exit(_complain(error, 2))
    except MemoryError:
        sys.exit(_complain("There is not enough memory for pictures of this size.", 2))
    except BrokenPipeError:
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_complain("Interrupted.", 130))


def _complain(sentence, code):
    print(f"{sys.argv[0].rsplit('/', 1)[-1]}: {' '.join(str(sentence).split())}", file=sys.stderr)
    return code
