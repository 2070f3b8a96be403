"""The engine for training without Caffe: PyTorch, on the CPU or CUDA GPUs."""

import contextlib

import torch

from ...caffe_files.blobs import inputs_and_outputs
from ...errors import BadInput
from .module import CaffeModule, parameters_of


class Net:
    """Run a net with PyTorch, on a GPU if it finds one, else on the CPU.

    `gpu` is the number of the GPU that must run it, one that `check_gpu` accepts. With `tf32` a GPU
    may multiply with 10 bits of mantissa: faster, but less accurate. PyTorch keeps the number of
    `threads` on the CPU for all nets of the process.
    """

    quantized = False

    def __init__(self, net, weights, gpu=None, tf32=False, threads=None):
        if threads:
            torch.set_num_threads(threads)
        self._tf32 = tf32
        found = "cuda" if torch.cuda.is_available() else "cpu"
        self._device = found if gpu is None else f"cuda:{gpu}"
        self._module = CaffeModule(net, parameters_of(weights)).to(self._device).eval()
        self.inputs, self.outputs = inputs_and_outputs(net)

    @torch.inference_mode()
    def forward(self, **blobs):
        """Run the net; arrays N x C x H x W, float32, by the names of its inputs."""
        tensors = {
            name: torch.tensor(array, dtype=torch.float32, device=self._device)
            for name, array in blobs.items()
        }
        with _allowing(self._tf32):
            made, _ = self._module(tensors)
        return {name: made[name].cpu().numpy() for name in self.outputs}


def check_gpu(gpu):
    """Raise BadInput if PyTorch does not find the GPU of this number."""
    count = torch.cuda.device_count()
    if gpu >= count:
        there = f"there are {count}, from 0" if count else "PyTorch finds none"
        raise BadInput(f"There is no GPU {gpu}; {there}.")


@contextlib.contextmanager
def _allowing(tf32):
    """Allow or forbid TF32, which PyTorch allows in convolutions by default."""
    settings = torch.backends.cuda.matmul, torch.backends.cudnn
    before = [setting.allow_tf32 for setting in settings]
    for setting in settings:
        setting.allow_tf32 = tf32
    try:
        yield
    finally:
        for setting, allowed in zip(settings, before):
            setting.allow_tf32 = allowed
