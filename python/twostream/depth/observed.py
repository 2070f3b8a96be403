"""Frames that are shown to observers during the fusion, so that each is read only once."""


class ObservedFrames:
    """Frames that are passed to observers, once and in order, during iteration.

    Each observer has ``add(image, scale)``, such as `focus_sweep.FocusSweep`.
    """

    def __init__(self, frames, observers):
        self._frames, self._observers, self._seen = frames, observers, 0

    def __len__(self):
        return len(self._frames)

    def __getattr__(self, name):
        return getattr(self._frames, name)

    def __getitem__(self, number):
        return self._frames[number]

    def __iter__(self):
        # With `map`, which holds no frame while the next one is read.
        return map(self._shown, range(len(self)))

    def _shown(self, number):
        frame = self._frames[number]
        if number == self._seen:
            self._seen += 1
            for observer in self._observers:
                observer.add(frame, self._frames.scale)
        return frame
