"""The requests of the page and their answers."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from ..errors import BadInput
from ..methods import METHODS
from ..report.html import pages
from ..report.html.viewer import legend
from ..stacking.outputs import fused_name
from .guard import Guard
from .jobs import Cancelled
from .project import CHOICES

COOKIE = "twostream"
HERE, SHARED = Path(__file__).parent, Path(pages.__file__).parent
SCRIPTS = *pages.VIEWER, "tiles.js", "retouch.js", "surface.js", "page.js"
FILES = {name: SHARED if (SHARED / name).exists() else HERE for name in SCRIPTS}
FILES.update({"style.css": SHARED, "page.css": HERE})
KINDS = {".css": "text/css", ".js": "text/javascript"}
FORMATS = {".png": "image/png", ".tif": "image/tiff", ".jpg": "image/jpeg"}
"""Suffix of a result -> media type."""
SAVED = {
    **{suffix: (f"saved{suffix}", kind) for suffix, kind in FORMATS.items()},
    "focus": ("saved_focus.png", "image/png"),
    "depth": ("saved_depth.png", "image/png"),
    "confidence": ("confidence_map.png", "image/png"),
    "mesh": ("saved.ply", "model/ply"),
    "record": ("saved.zip", "application/zip"),
}
"""Name of a download -> its file and media type."""
BODY = 2**23
"""Maximum bytes of a request other than an upload."""


def application(sessions, names=(), password=None):
    """Return the ASGI application."""

    @asynccontextmanager
    async def lifespan(app):
        sweeping = asyncio.ensure_future(sessions.sweep())
        yield
        sweeping.cancel()
        sessions.close()

    routes = [
        Route("/", home),
        Route("/static/{name}", static),
        Route("/state", state),
        Route("/frames", upload, methods=["POST"]),
        Route("/look", act("look"), methods=["POST"]),
        Route("/preview", act("preview"), methods=["POST"]),
        Route("/fuse", act("fuse"), methods=["POST"]),
        Route("/cancel", act("cancel"), methods=["POST"]),
        Route("/edit", edit, methods=["POST"]),
        Route("/retouch", retouch, methods=["POST"]),
        Route("/strokes", strokes),
        Route("/bye", bye, methods=["POST"]),
        Route("/save/{what}", save, methods=["POST"]),
        Route("/thumbnails/{number:int}", thumbnail),
        Route("/levels/{number:int}/{key}/{tile}", tile),
        Route("/surfaces/{number:int}", surface),
        Route("/download/{what}", download),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={BadInput: refused})
    app.state.sessions = sessions
    return Guard(app, names, password)


def session_of(request):
    """Return the session of a request; raise BadInput if it has ended."""
    found = request.app.state.sessions.find(request.cookies.get(COOKIE))
    if found is None:
        raise BadInput("This session has ended. Load the page again.")
    return found


async def refused(request, error):
    """Answer with the sentence of an error."""
    return JSONResponse({"error": str(error)}, 400)


async def home(request):
    """Answer with the page, and begin a session unless there is one."""
    sessions, headers = request.app.state.sessions, {}
    if sessions.find(request.cookies.get(COOKIE)) is None:
        headers["Set-Cookie"] = f"{COOKIE}={sessions.new()}; Path=/; HttpOnly; SameSite=Strict"
    loader = FileSystemLoader([str(HERE), str(SHARED)])
    template = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    methods = [(name, METHODS[name].paper) for name in CHOICES["method"]]
    values = {"methods": methods, "models": CHOICES["align"], "scripts": SCRIPTS}
    page = template.get_template("page.html").render(values)
    return Response(page, media_type="text/html", headers=headers)


async def static(request):
    """Answer with a script or style sheet."""
    name = request.path_params["name"]
    if name not in FILES:
        return Response(status_code=404)
    return FileResponse(FILES[name] / name, media_type=KINDS[Path(name).suffix])


async def state(request):
    """Answer with all that the page shows."""
    session = session_of(request)
    session.seen(visit=request.query_params.get("visit"))
    project = session.project
    frames = [
        {
            "number": one.number,
            "label": one.label,
            "used": one.used,
            "readable": bool(one.digest),
            "sharpness": one.sharpness,
            "brightness": one.brightness,
            "problem": one.problem,
        }
        for one in project.frames
    ]
    return JSONResponse(
        {
            "version": session.version,
            "frames": frames,
            "options": project.options,
            "progress": session.progress(),
            "said": session.said,
            "failed": session.failed,
            "preview": _with_legends(session, project.preview),
            "result": _with_legends(session, project.result),
            "strokes": [session.painted, len(project.strokes), len(project.undone)],
            "name": project.used and fused_name(project.used[0].name, ".png"),
        }
    )


def _with_legends(session, shown):
    if shown is None:
        return None
    labels = [frame.label for frame in session.fused_frames(shown)]
    return {**shown, "maps": [{"key": m, "legend": legend(m, labels)} for m in shown["maps"]]}


async def upload(request):
    """Store a picture, the body of the request, under a number."""
    session, limits = session_of(request), request.app.state.sessions.limits
    limits.check_count(len(session.project.frames) + len(session.waiting) + 1)
    name = "".join(c for c in request.query_params.get("name", "") if c.isprintable())[-200:]
    path = session.project.new_file(name)
    try:
        with open(path, "wb") as file:
            async for piece in request.stream():
                session.bytes += len(piece)
                limits.check_bytes(session.bytes, request.app.state.sessions.bytes)
                session.seen()
                file.write(piece)
    except BaseException:
        session.bytes -= path.stat().st_size
        path.unlink()
        raise
    session.waiting.append((name or path.name, str(path.relative_to(session.project.folder))))
    return JSONResponse({})


def act(name):
    """Return the handler of a button without a value, which calls the method of the Session."""

    async def answer(request):
        getattr(session_of(request), name)()
        return JSONResponse({})

    return answer


async def edit(request):
    """Change frames and options."""
    session = session_of(request)
    found = await _json(request)
    session.cancel()
    session.project.edit(**{name: found.get(name) for name in ("frames", "options")})
    session.said, session.version = [], session.version + 1
    return JSONResponse({})


async def retouch(request):
    """Add a stroke, take one back, or do it again."""
    found = await _json(request)
    session_of(request).retouch(**{name: found.get(name) for name in ("add", "undo", "redo")})
    return JSONResponse({})


async def strokes(request):
    """Answer with the strokes of the result; their frames are places in it."""
    session = session_of(request)
    shown = session.project.result
    found = [asdict(one) for one in session.project.placed(shown)] if shown else []
    return JSONResponse({"version": session.painted, "strokes": found})


async def _json(request):
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY:
            raise BadInput("This request is too large.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput("This request cannot be understood.")
    return found


async def bye(request):
    """Let the session end soon, since its page is closed, unless it is loaded again."""
    session_of(request).leave(request.query_params.get("visit"))
    return JSONResponse({})


async def save(request):
    """Write a file for the download."""
    session, what = session_of(request), request.path_params["what"]
    if session.project.result is None or what not in SAVED:
        raise BadInput("There is no result to save. Press Fuse first.")
    if what != "confidence":
        await session.save(what)
        if session.failed:
            raise BadInput(session.said[0])
    return JSONResponse({})


async def thumbnail(request):
    """Answer with a frame, reduced."""
    return _file(session_of(request), "looks/{number}.jpg", request)


async def surface(request):
    """Answer with a reduced depth map, 8-bit gray levels."""
    return _file(session_of(request), "results/{number}/surface.png", request)


def _file(session, pattern, request, **more):
    path = session.project.folder / pattern.format(**request.path_params)
    if not path.is_file():
        return Response(status_code=404)
    kept = {"Cache-Control": "private, max-age=3600"}  # numbers are not used again
    return FileResponse(path, headers=kept, **more)


async def tile(request):
    """Answer with a tile of an image; draw a frame when its first tile is requested."""
    session, made = session_of(request), request.path_params
    shown = next((one for one in session.project.made if one["number"] == made["number"]), None)
    there = [f"frame-{n}" for n in range(len(shown["frames"]))] if shown else []
    if shown is None or made["key"] not in ["fused", *shown["maps"], *there]:
        return Response(status_code=404)
    if made["key"] in there and not shown["preview"]:
        try:
            await session.draw(shown, there.index(made["key"]))
        except (BadInput, Cancelled):
            return Response(status_code=404)
    level, x, y = _numbers(made["tile"])
    pattern = f"results/{{number}}/levels/{{key}}/{level}-{x}-{y}.jpg"
    return _file(session, pattern, request, media_type="image/jpeg")


def _numbers(text):
    try:
        level, x, y = map(int, text.split("-"))
    except ValueError:
        raise BadInput("There is no such tile.") from None
    return level, x, y


async def download(request):
    """Answer with a file to store: the result in a format, a map, or the record."""
    session, what = session_of(request), request.path_params["what"]
    shown = session.project.result
    if shown is None or what not in SAVED:
        return Response(status_code=404)
    name, kind = SAVED[what]
    path = session.project.folder / "results" / str(shown["number"]) / name
    if not path.is_file():
        return Response(status_code=404)
    first = session.fused_frames(shown)[0].name
    more = f"{Path(first).stem}_{what}{'_map.png' if what in shown['maps'] else path.suffix}"
    as_ = fused_name(first, what) if what in FORMATS else more
    return FileResponse(path, media_type=kind, filename=as_, content_disposition_type="attachment")
