"""Serve a page to fuse photographs in a browser.

It is served to this computer alone unless --host says otherwise; it has no passwords. Uploads and
results are kept in a temporary folder, which is removed when the command ends. Nothing is sent
elsewhere.
"""

from argparse import ArgumentTypeError
from importlib.util import find_spec

from ..app.server import serve
from ..app.uploads import Limits
from ..errors import BadInput
from . import parser


def main(args):
    """Serve the page until Ctrl-C."""
    if find_spec("gradio") is None:
        raise BadInput(
            "The page needs the Python package gradio and Python 3.10 or newer. Run pip install "
            "'.[app]' in a clone, or pip install 'WHEEL[app]' with the path of a wheel."
        )
    limits = Limits(args.max_megabytes, args.max_megapixels, args.max_pictures)
    serve(limits, args.host, args.port)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    p.add_argument("--port", type=_number, default=7860, help="(%(default)s)")
    p.add_argument(
        "--host", default="127.0.0.1", help="address to listen at; 0.0.0.0 for all (%(default)s)"
    )
    p.add_argument(
        "--max-megabytes", type=_number, default=2000, help="of all files together (%(default)s)"
    )
    p.add_argument(
        "--max-megapixels", type=_number, default=100, help="of each picture (%(default)s)"
    )
    p.add_argument(
        "--max-pictures",
        type=_number,
        default=100,
        help="pictures and pages of a fusion (%(default)s)",
    )
    return p


def _number(text):
    if not text.isdigit() or not 0 < int(text) < 10**6:
        raise ArgumentTypeError("a whole number above 0")
    return int(text)
