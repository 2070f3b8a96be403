"""Sessions: each has a project and at most one job, and ends when its page is closed."""

import asyncio
import secrets
import shutil
import time
from concurrent.futures import CancelledError
from functools import partial

from ..errors import BadInput
from . import looking, opening, work
from .jobs import Cancelled, Jobs
from .project import Project

IDLE, LEFT = 600, 10
"""Seconds until a session ends whose page is silent, or reports that it is closed."""
MOST = 100
"""Number of sessions."""
WORK = {
    **{name: getattr(work, name) for name in ("preview", "fuse", "save")},
    "look": looking.look,
    "open": opening.open_record,
}
"""Job -> function that its process runs."""
SHARES = {
    "read": (0, 0.1),
    "register": (0.1, 0.2),
    "flow": (0.2, 0.3),
    "fuse": (0.3, 0.9),
    "write": (0.9, 1),
}
"""Step of a fusion -> the share of the time at which it begins and ends, typically."""


class Session:
    """A project, its running job, and the messages of the last job."""

    def __init__(self, project, server):
        self.project, self.server = project, server
        self.what, self.job, self.began, self.version = None, None, 0.0, 0
        self.said, self.failed, self.waiting = [], False, []
        self.bytes, self.drawing = 0, {}
        self.painted = 0  # changes when the strokes do
        self.left, self.over = False, set()  # whether the page is closed, and ended visits
        self.ended = False  # whether its files are removed
        self.seen()

    def seen(self, visit=None):
        """Note a request of a page; if it names its visit, also that the page is open.

        Requests that it sent before it was closed may come later.
        """
        self.left = self.left if visit is None else visit in self.over
        self.ends = time.monotonic() + (LEFT if self.left else IDLE)

    def leave(self, visit):
        """Note that a page is closed."""
        self.over = {*list(self.over)[:MOST], visit}
        self.left = True
        self.seen()

    def start(self, what, *arguments):
        """Begin a job, a function of `work`, in place of the one that runs."""
        self.cancel()
        self.what, self.began = what, time.monotonic()
        self.said, self.failed = [], False
        self.job = self.server.jobs.start(WORK[what], *arguments)
        return asyncio.ensure_future(self._ended(self.job, what))

    async def _ended(self, job, what):
        found = None
        try:
            found = await asyncio.wrap_future(job.future)
            if self.ended:  # its folder is being removed
                return found
            self._note(what, found)
        except BadInput as error:
            self.said, self.failed = [self.project.in_words_of_the_user(str(error))], True
        except (Cancelled, CancelledError):
            if self.job is job:
                self.said = ["Cancelled."]
        if self.job is job:
            self.job = None
        self.version += 1
        if found is not None and not self.job:
            self._go_on(what, found)
        return found

    def _go_on(self, what, found):
        """Begin the next job after one that has ended: a preview, and then a better one."""
        if what == "look" and len(self.project.used) > 1:
            self.preview()
        elif what == "preview" and found["preview"] < work.SMALL:
            self._fuse("preview", work.SMALL)

    def _note(self, what, found):
        if what == "look":
            self.project.add(*found)
        elif what == "open":
            self.project.open(*found)
            self.painted += 1
        elif what in ("preview", "fuse"):
            found["lines"] = list(map(self.project.in_words_of_the_user, found["lines"]))
            if found["preview"]:
                self.project.preview = found
            else:
                self.project.add_result(found)
                self.painted += 1
            self.project.save()

    def open(self, record, trust):
        """Begin to open a record."""
        project, limits = self.project, self.server.limits
        options = project.stack_options(limits.megapixels)
        self.start("open", str(project.folder), project.next(), record, trust, options, limits)

    def look(self):
        """Begin to read the files that were uploaded."""
        files, self.waiting = self.waiting, []
        project, limits = self.project, self.server.limits
        if not files:
            raise BadInput("Add two or more pictures first, or a TIFF file with several pages.")
        options = project.stack_options(limits.megapixels)
        self.start("look", str(project.folder), project.frames, files, options, limits)

    def preview(self):
        """Begin to fuse reduced frames, first to few pixels."""
        largest = max((max(one.width, one.height) for one in self.project.used), default=0)
        self._fuse("preview", work.QUICK if largest > work.QUICK else work.SMALL)

    def fuse(self):
        """Begin to fuse the frames."""
        self._fuse("fuse")

    def _fuse(self, what, *more):
        project = self.project
        if len(project.used) < 2:
            raise BadInput("Fusion needs at least two frames. Add or tick some.")
        options = project.stack_options(self.server.limits.megapixels)
        self.start(what, str(project.folder), project.next(), project.used, options, *more)

    def fused_frames(self, shown):
        """Return the frames of a result, in their order."""
        known = {frame.number: frame for frame in self.project.frames}
        return [known[number] for number in shown["frames"]]

    def retouch(self, **change):
        """Change the strokes, see `Project.retouch`."""
        self.project.retouch(**change)
        self.painted += 1

    def save(self, what):
        """Begin to write a file of the result, see `work.save`; return an awaitable."""
        project, shown = self.project, self.project.result
        options = project.stack_options(self.server.limits.megapixels)
        made = str(project.folder), shown, self.fused_frames(shown), options
        return self.start("save", *made, project.placed(shown), what)

    async def draw(self, shown, place):
        """Draw a frame of the result for the browser, once for all who ask for it."""
        key = shown["number"], place
        if key not in self.drawing:
            options = self.project.stack_options(self.server.limits.megapixels)
            frames, folder = self.fused_frames(shown), str(self.project.folder)
            job = self.server.drawing.start(work.draw_frame, folder, shown, frames, options, place)
            self.drawing[key] = job, asyncio.wrap_future(job.future)
        await asyncio.shield(self.drawing[key][1])

    def cancel(self):
        """End the job that runs; return whether there was one."""
        job, self.job = self.job, None
        if job:
            job.cancel()
            self.said, self.version = ["Cancelled."], self.version + 1
        return bool(job)

    def progress(self):
        """Return the name of the job, the share that is done, and the seconds that are left."""
        if not self.job:
            return None
        step, done, total = self.job.progress or ("wait", 0, 1)
        first, last = SHARES.get(step, (0, 0)) if self.what != "look" else (0, 1)
        share, spent = first + (last - first) * done / max(total, 1), time.monotonic() - self.began
        left = spent * (1 - share) / share if share > 0.05 and spent > 1 else None
        return {"what": self.what, "step": step, "share": share, "left": left}


class Sessions:
    """The sessions of a server, by their cookies.

    If a project is given, all sessions share it, and it is not removed. `record`, a path and
    whether it is trusted, is opened into the project first.
    """

    def __init__(self, folder, limits, project=None, record=None):
        self.folder, self.limits = folder, limits
        self.jobs = Jobs(looking.__name__, "twostream.fusion.tree", "twostream.methods.select")
        self.drawing = Jobs(work.__name__)
        self._only, self._record = project and Session(project, self), record
        self._all = {}

    def find(self, token):
        """Return the session of a cookie, or None."""
        found = self._all.get(token)
        if found:
            found.seen()
        return found

    def new(self):
        """Begin a session; return its cookie. Raise BadInput if there are too many."""
        if len(self._all) >= MOST:
            raise BadInput("Too many pages are open. Close one and load this page again.")
        token = secrets.token_urlsafe(32)
        self._all[token] = self._only or Session(Project(self.folder / secrets.token_hex(8)), self)
        if self._record:
            self._only.open(*self._record)
            self._record = None
        self._all[token].seen(visit="")
        return token

    @property
    def bytes(self):
        """Bytes that all sessions have uploaded."""
        return sum(session.bytes for session in set(self._all.values()))

    async def sweep(self):
        """Until the server ends, end sessions whose pages are closed."""
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            for token in [t for t, one in self._all.items() if one.ends < now]:
                await self._end(self._all.pop(token))

    async def _end(self, session):
        session.ended = session is not self._only
        jobs = [session.job, *(job for job, _ in session.drawing.values())]
        session.cancel()
        for job in filter(None, jobs):
            job.cancel()
            ended = asyncio.wrap_future(job.future)  # it writes no more then
            await asyncio.gather(ended, return_exceptions=True)
        if session is not self._only:
            remove = partial(shutil.rmtree, session.project.folder, ignore_errors=True)
            await asyncio.get_running_loop().run_in_executor(None, remove)

    def close(self):
        """End all jobs."""
        for session in self._all.values():
            session.cancel()
        self.jobs.close()
        self.drawing.close()
