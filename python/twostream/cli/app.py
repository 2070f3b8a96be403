"""Serve a page to fuse photographs in a browser.

It is served to this computer alone unless --host says otherwise; it has no passwords. Uploads and
results are kept in a temporary folder, which is removed when the command ends. Nothing is sent
elsewhere.
"""

from importlib.util import find_spec

from ..app.server import serve
from ..app.uploads import Limits
from ..errors import BadInput
from . import number, parser


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
    add = p.add_argument
    add("--port", type=number, default=7860, help="(%(default)s)")
    add("--host", default="127.0.0.1", help="address to listen at; 0.0.0.0 for all (%(default)s)")
    add("--max-megabytes", type=number, default=2000, help="of all files together (%(default)s)")
    add("--max-megapixels", type=number, default=100, help="of each picture (%(default)s)")
    add(
        "--max-pictures",
        type=number,
        default=100,
        help="pictures and pages of a fusion (%(default)s)",
    )
    return p
