"""Progress of long work: a bar on a terminal, or calls of a function."""

from tqdm import tqdm

FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left"


class Bar(tqdm):
    """Progress of one step of the work, such as ``fuse``.

    `shown` is True for a bar on a terminal, False for none, or a function that takes the name of
    the step, the work done and the total work.
    """

    def __init__(self, step, total, shown):
        self._tell = shown if callable(shown) else None
        self._step, self._done, self._total = step, 0, total
        hidden = None if shown and not self._tell else True
        super().__init__(total=total, desc=step, bar_format=FORMAT, leave=False, disable=hidden)
        self.update(0)

    def update(self, n=1):
        """Count this much further work as done."""
        self._done = min(self._done + n, self._total)
        if self._tell:
            self._tell(self._step, self._done, self._total)
        return super().update(n)

    def over(self, items):
        """Yield the items, and note each as done when the next one is asked for."""
        with self:
            for item in items:
                yield item
                self.update()
