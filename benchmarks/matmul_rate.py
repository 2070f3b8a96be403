"""A device's rate of matrix products, an upper bound of the speed of training."""

import time

import torch


def matmul_rate(device="cpu", precision="float32", side=None, repeats=30):
    """Measure the rate of a product of two square matrices.

    Parameters
    ----------
    device : str
    precision : str
        One of `training.parameter.PRECISIONS`.
    side : int, optional
        Side of the matrices; by default 1024 on a CPU and 8192 on a GPU.
    repeats : int
        Number of timed products; the fastest counts.

    Returns
    -------
    float
        Multiply-add operations per second.
    """
    side = side or (1024 if device == "cpu" else 8192)
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    a = torch.rand((side, side), device=device).to(kind)
    return side**3 / min(_seconds(a) for _ in range(1 + repeats))


def gpu():
    """Name of the first CUDA GPU, or None."""
    return torch.cuda.get_device_name(0) if torch.cuda.is_available() else None


def _seconds(a):
    _wait(a)
    began = time.perf_counter()
    a @ a
    _wait(a)
    return time.perf_counter() - began


def _wait(a):
    if a.is_cuda:
        torch.cuda.synchronize()
