"""The files of each open page: its uploads and its last result, removed when it is closed."""

import shutil
from pathlib import Path
from tempfile import mkdtemp
from threading import Timer


class Sessions:
    """Files of the open pages, in a folder for each below this one.

    `delay` is in seconds between the end of a page and the removal of its files: the browser may
    have asked for one of them just before, and the server is still reading it.
    """

    def __init__(self, folder, delay=5):
        self.folder, self._delay = folder, delay
        self._uploads, self._results = {}, {}

    def add_uploads(self, session, paths):
        """Note files that a page has uploaded; another page may have uploaded the same."""
        self._uploads.setdefault(session, set()).update(map(Path, paths))

    def new_folder(self, session):
        """Make an empty folder for a result; `keep` says whether it stays."""
        self.folder.mkdir(exist_ok=True)
        folder = Path(mkdtemp(dir=self.folder))
        self._results.setdefault(session, set()).add(folder)
        return folder

    def keep(self, session, folder=None):
        """Remove the results of a page but this one."""
        there = self._results.get(session, set())
        for old in there - {folder}:
            shutil.rmtree(old, ignore_errors=True)
        self._results[session] = there & {folder}

    def close(self, session):
        """Remove all files of a page soon."""
        timer = Timer(self._delay, self._remove, [session])
        timer.daemon = True
        timer.start()

    def _remove(self, session):
        self.keep(session)
        del self._results[session]
        mine = self._uploads.pop(session, set())
        for path in mine.difference(*self._uploads.values()):
            shutil.rmtree(path.parent, ignore_errors=True)  # Gradio gives each a folder
