"""What happens at each button of the page, and what is shown then."""

from html import escape

import gradio as gr

from ..errors import BadInput
from .choice import MAPS, choice_of
from .jobs import Cancelled
from .result import make_result

PREVIEW_SIDE = 1024
"""Largest side, in pixels, of the pictures that are fused for a preview."""


class Events:
    """What happens at each button."""

    def __init__(self, limits, jobs, sessions):
        self._limits, self._jobs, self._sessions = limits, jobs, sessions

    def uploaded(self, paths, request: gr.Request):
        """Note what is to be removed when the page is closed."""
        self._sessions.add_uploads(request.session_hash, paths or [])

    def preview(self, paths, method, align, maps, flags, suffix, request: gr.Request):
        """Fuse reduced pictures; return the values of `SHOWN`."""
        asked = method, align, maps, flags, suffix
        return self._made(request.session_hash, paths or [], asked, PREVIEW_SIDE)

    def fuse(self, paths, method, align, maps, flags, suffix, request: gr.Request):
        """Fuse the pictures; return the values of `SHOWN`."""
        asked = method, align, maps, flags, suffix
        return self._made(request.session_hash, paths or [], asked)

    def _made(self, session, paths, asked, side=None):
        choice = choice_of(*asked)
        folder = self._sessions.new_folder(session)
        paths = list(map(str, paths))  # Gradio's own kind of text would be imported by the process
        work = (make_result, paths, choice, self._limits, folder, side)
        try:
            result = self._jobs.run(session, *work)
        except BadInput as error:
            return _in_order({"said": said([str(error)], failed=True)})
        except Cancelled:
            return _in_order({"said": said(["Cancelled."])})
        self._sessions.keep(session, folder)
        return _in_order(shown(result, is_preview=bool(side)))

    def wiped(self, number, result):
        """Show another source against the result."""
        return (result.sources[number][1], result.shown)

    def cancel(self, request: gr.Request):
        """End the job of this page."""
        found = self._jobs.cancel(request.session_hash)
        return said(["Cancelled." if found else "Nothing is running."])

    def closed(self, request: gr.Request):
        """End the job of a page that is closed, and remove its files."""
        self._jobs.cancel(request.session_hash)
        self._sessions.close(request.session_hash)


SHOWN = ("said", "result", "side", "source", "download", "maps", "legend", *MAPS)
"""What a fusion changes on the page, in the order of the values that `Events.fuse` returns."""


def _in_order(changes):
    return [changes.get(name, gr.skip()) for name in SHOWN]


def shown(result, is_preview):
    """Tell what a result changes on the page, by the names of `SHOWN`."""
    pictures = dict(result.shown_maps)
    size = result.fused.stat().st_size / 1e6
    return {
        "said": said(result.lines, result.command, is_preview),
        "result": result,
        "side": gr.ImageSlider((result.sources[0][1], result.shown), visible=True),
        "source": gr.Dropdown(
            [(name, number) for number, (name, _) in enumerate(result.sources)],
            value=0,
            visible=True,
        ),
        "download": gr.DownloadButton(
            f"Download {result.fused.name} ({size:.1f} MB)", result.fused, visible=not is_preview
        ),
        "maps": gr.File(
            [str(path) for path in result.maps], visible=bool(result.maps) and not is_preview
        ),
        "legend": legend(pictures),
        **{name: gr.Image(pictures.get(name), visible=name in pictures) for name in MAPS},
    }


def legend(names):
    """Write what the colours of maps mean, as HTML."""
    return "".join(f"<p>{MAPS[name].label}: {escape(MAPS[name].legend)}.</p>" for name in names)


def said(lines, command=None, is_preview=False, failed=False):
    """Write sentences as HTML, with the command that does the same."""
    lines = [*lines, "This is a preview of reduced pictures: press Fuse."] if is_preview else lines
    kind = ' class="failed" role="alert"' if failed else ""
    text = "".join(f"<p{kind}>{escape(line)}</p>" for line in lines)
    return text + (f"<pre>{escape(command)}</pre>" if command and not is_preview else "")
