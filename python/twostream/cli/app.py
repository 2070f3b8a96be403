"""Serve a page to fuse photographs in a browser.

Only this computer can open it, unless --host allows others. Uploads and results are kept in a
temporary folder, which is removed when the command ends, or in a project folder. Nothing is sent
elsewhere.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from ..app.limits import Limits
from ..app.server import LOCAL, serve
from ..errors import BadInput
from . import number, parser

NEEDED = ("starlette", "uvicorn")


def main(args):
    """Serve the page until Ctrl-C."""
    if args.host not in LOCAL:
        if not (args.password or args.no_password):
            raise BadInput(
                f"--host {args.host} serves the page to other computers too. Give --password, or "
                "--no-password if everybody may use it."
            )
        print(
            f"Warning: other computers can reach the page at {args.host}, and it is not encrypted. "
            "Put it behind a proxy that encrypts.",
            file=sys.stderr,
        )
    for name in NEEDED:
        if find_spec(name) is None:
            raise BadInput(
                f"The page needs the Python package {name}. Run pip install '.[app]' in a clone, "
                "or pip install 'WHEEL[app]' with the path of a wheel."
            )
    limits = Limits(
        args.max_megabytes, args.max_megapixels, args.max_pictures, args.max_total_megabytes
    )
    shared = args.host, args.port, args.name, args.password
    serve(limits, *shared, opened=args.project, trust=args.trust_record)


def arguments():
    """Make the argument parser of the command."""
    p = parser(__doc__)
    add = p.add_argument
    add(
        "project",
        nargs="?",
        metavar="FOLDER|RECORD",
        type=Path,
        help="open a project folder, begin one in an empty folder, or open a record of twostream "
        "fuse (default: a temporary folder)",
    )
    add(
        "--trust-record",
        action="store_true",
        help="accept files outside the folder of the record or project, and weights that have "
        "changed since (default: stop with an error)",
    )
    add("--port", type=number, default=7860, help="listen at this port (default: %(default)s)")
    add(
        "--host",
        default="127.0.0.1",
        help="listen at this address; 0.0.0.0 for all (default: %(default)s)",
    )
    secret = p.add_mutually_exclusive_group()
    secret.add_argument("--password", metavar="WORD", help="ask every user for this password")
    secret.add_argument(
        "--no-password", action="store_true", help="let everybody use the page at --host"
    )
    add(
        "--name",
        action="append",
        default=[],
        help="also answer to this host name, such as that of a proxy",
    )
    add(
        "--max-megabytes",
        type=number,
        default=2000,
        help="limit the megabytes of uploads of a session (default: %(default)s)",
    )
    add(
        "--max-total-megabytes",
        type=number,
        default=8000,
        help="limit the megabytes of uploads of all sessions (default: %(default)s)",
    )
    add(
        "--max-megapixels",
        type=number,
        default=100,
        help="limit the megapixels of each frame (default: %(default)s)",
    )
    add(
        "--max-pictures",
        type=number,
        default=100,
        help="limit the frames of a session (default: %(default)s)",
    )
    return p
