"""Each engine on the CPU and on a GPU: results compared with Caffe's on the CPU, and speed."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from twostream.caffe_files.caffemodel import write_weights
from twostream.engines import installed
from twostream.errors import BadInput
from twostream.evaluation.demo import SCENES, scene_pair
from twostream.nets.initial_weights import average_start
from twostream.nets.two_stream import Design, deploy
from twostream.report import training_log

from .device_memory import DeviceMemory
from .short_training import TRAIN, iterations_a_second, write_training

RUNS = tuple((engine, on_gpu) for on_gpu in (False, True) for engine in ("caffe", "onnx", "torch"))
"""Engine, and whether on a GPU; the first is the reference."""
TRAINS = ("caffe", "torch")
IN_CAFFE = Path(__file__).resolve().parents[1] / "tools/in_caffe"
REASON = re.compile(r"^F\d{4,8} .*?\] (?:Check failed: )?(.*)$", re.MULTILINE)
"""Caffe's reason for aborting, in its log."""


@dataclass(frozen=True)
class Settings:
    """The settings of a proof.

    Attributes
    ----------
    steps, batch : int
        Iterations of the trainings, at least 5, and patches in a batch.
    patch : int
        Side of a patch.
    design : Design
        Net that is trained.
    sizes, gpu_sizes : tuple of str
        WIDTHxHEIGHT of the pictures to fuse everywhere, and on GPUs only.
    gpu : int
        Number of the GPU.
    """

    steps: int = 100
    batch: int = 16
    patch: int = 50
    design: Design = Design()  # noqa: RUF009  (frozen)
    sizes: tuple = ("512x512",)
    gpu_sizes: tuple = ("6000x4000",)
    gpu: int = 0


def prove(settings):
    """Run every engine on the CPU and on the GPU.

    Each run is a process of its own. CPU runs do not see the GPU. The trainings start from the
    same weights (the average of the sources) and take the same patches in the same order.

    Parameters
    ----------
    settings : Settings

    Yields
    ------
    dict
        ``engine``, ``device``, and either ``skipped``, the reason, or

        - ``deploy_difference``: largest absolute difference of the default net's output from that
          of pycaffe on the CPU (None without it), for pictures in [0, 1];
        - ``fusion_seconds`` of a gray pair by size, loading of the net included;
        - ``fusion_mib``, ``training_mib``: peaks of the GPU's memory, or None;
        - ``losses``, ``loss_difference``: of the training, and their largest relative difference
          from those of Caffe on the CPU (None without it);
        - ``patches_a_second`` of the training;
        - ``training_skipped``: why there is no training.
    """
    with TemporaryDirectory() as folder:
        proof = _Proof(Path(folder), settings)
        for engine, on_gpu in RUNS:
            yield proof.run(engine, settings.gpu if on_gpu else None)


class _Proof:
    def __init__(self, folder, settings):
        self._folder, self._settings = folder, settings
        a, b, clean = scene_pair(next(scene for scene in SCENES if scene.gray))
        np.save(folder / "pair.npy", np.stack([a, b])[:, 200:328, 150:310])
        patches = _patches((a, b, clean), settings.patch, 4 * settings.batch)
        write_training(folder, patches, settings.design, settings.batch, settings.steps)
        net = folder / "train_val.prototxt"
        net.write_text(net.read_text().replace("shuffle: true", "shuffle: false"))
        start = average_start(settings.design)
        write_weights(folder / "start.caffemodel", deploy(settings.design), start)
        self._fused = self._losses = None  # of the first run

    def run(self, engine, gpu):
        row = {"engine": engine, "device": "CPU" if gpu is None else f"GPU {gpu}"}
        try:
            row.update(self._fuse(engine, gpu))
        except BadInput as reason:
            return {**row, "skipped": str(reason)}
        try:
            row.update(self._train(engine, gpu))
        except BadInput as reason:
            row["training_skipped"] = str(reason)
        return row

    def _fuse(self, engine, gpu):
        python = [str(IN_CAFFE), "python3"] if engine == "caffe" else [sys.executable]
        name = engine if gpu is None else f"{engine}:{gpu}"
        sizes = self._settings.sizes + (() if gpu is None else self._settings.gpu_sizes)
        module = ["-m", "benchmarks.net_run"]
        _, peak = _child([*python, *module, name, str(self._folder), *sizes], gpu)
        fused = np.load(self._folder / "fused.npy")
        if engine == "caffe" and gpu is None:
            self._fused = fused
        return {
            "deploy_difference": _difference(fused, self._fused, 1),
            "fusion_seconds": json.loads((self._folder / "seconds.json").read_text()),
            "fusion_mib": peak,
        }

    def _train(self, engine, gpu):
        if engine not in TRAINS:
            raise BadInput(f"The engine {engine} does not train.")
        if engine == "torch" and not installed("torch"):
            raise BadInput("PyTorch is not installed.")
        files = {"-solver": "solver.prototxt", "-weights": "start.caffemodel"}
        flags = [text for flag, name in files.items() for text in (flag, str(self._folder / name))]
        flags += [] if gpu is None else ["-gpu", str(gpu)]
        said, peak = _child([*TRAIN, "--engine", engine, *flags], gpu)
        (self._folder / "log").write_text(said)
        log = training_log.read([self._folder / "log"])
        losses = np.array([point.loss for point in log.train])
        if engine == "caffe" and gpu is None:
            self._losses = losses
        return {
            "losses": losses.tolist(),
            "loss_difference": _difference(losses, self._losses, self._losses),
            "patches_a_second": self._settings.batch * iterations_a_second(log),
            "training_mib": peak,
        }


def _patches(pictures, side, count):
    """Cut the same patches of A, B and the sharp picture: 3 x N x 1 x H x H, in [0, 1]."""
    rng = np.random.default_rng(0)
    height, width = pictures[0].shape
    corners = zip(rng.integers(height - side, size=count), rng.integers(width - side, size=count))
    stack = np.stack(pictures)
    cut = [stack[:, y : y + side, x : x + side] for y, x in corners]
    return (np.stack(cut, axis=1)[:, :, None] / 255).astype(np.float32)


def _difference(values, reference, scale):
    """Return the largest difference from a reference, in units of `scale`, or None without one."""
    return None if reference is None else float(np.max(np.abs(values - reference) / scale))


def _child(command, gpu):
    """Run a command; return its stderr and its peak GPU memory.

    Raises
    ------
    BadInput
        If it failed, with its reason.
    """
    hidden = {"CUDA_VISIBLE_DEVICES": ""} if gpu is None else {}
    with DeviceMemory(gpu) as memory:
        done = subprocess.run(
            command,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, **hidden},
            check=False,
        )
    if done.returncode:
        raise BadInput(_reason(done.stderr) or f"Exit code {done.returncode}.")
    return done.stderr, memory.peak


def _reason(said):
    """Return the message of a failed command: Caffe's, or else its last line."""
    fatal = REASON.search(said)
    return fatal[1] if fatal else said.strip().rpartition("\n")[2]
