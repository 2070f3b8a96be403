"""Memory of a GPU while something runs."""

import shutil
import subprocess
import threading


class DeviceMemory:
    """Context that measures the additional memory use of a GPU.

    Parameters
    ----------
    gpu : int or None
        Number of the GPU; None watches nothing.

    Attributes
    ----------
    peak : int or None
        MiB, as nvidia-smi shows them ten times a second; None without nvidia-smi.
    """

    def __init__(self, gpu):
        self._gpu, self.peak = gpu, None
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look)

    def __enter__(self):
        if self._gpu is not None and shutil.which("nvidia-smi"):
            self._before = self._taken()
            self.peak = 0
            self._watch.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        if self.peak is not None:
            self._watch.join()

    def _look(self):
        while not self._ended.wait(0.1):
            self.peak = max(self.peak, self._taken() - self._before)

    def _taken(self):
        ask = ["nvidia-smi", f"--id={self._gpu}", "--query-gpu=memory.used"]
        done = subprocess.run(
            [*ask, "--format=csv,noheader,nounits"], capture_output=True, text=True, check=True
        )
        return int(done.stdout)
