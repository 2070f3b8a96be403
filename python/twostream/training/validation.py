"""Validation: PSNR of a net on patches with ground truth."""

from dataclasses import dataclass

import h5py
import numpy as np

from ..data import hdf5
from ..errors import BadInput
from ..metrics.psnr import EQUAL_PSNR, psnr_of_mse

BATCH = 50


@dataclass(frozen=True)
class Validation:
    """PSNR in dB of each patch, for the net and for the plain average of the sources."""

    net: np.ndarray
    average: np.ndarray

    def summary(self):
        """Return the means as a sentence."""
        return (
            f"{self.net.size} patches: mean PSNR {self.net.mean():.2f} dB, PSNR of the mean error "
            f"{_psnr_of_mean(self.net):.2f} dB. The plain average has {self.average.mean():.2f} "
            f"and {_psnr_of_mean(self.average):.2f} dB; it is better on {np.mean(self.worse):.1%}."
        )

    @property
    def worse(self):
        """Whether the plain average is better than the net, a bool for each patch."""
        return self.average > self.net


def validate(net, shard_list):
    """Fuse all patches of a shard list, such as ``data/two_stream/val.txt``, and score them.

    The net is of any engine, with the inputs ``data_a``, ``data_b`` and the output ``fused``, which
    is clipped to [0, 1]. Raise BadInput if a shard cannot be used, or the net has other inputs or
    channels.
    """
    if set(net.inputs) != {"data_a", "data_b"}:
        raise BadInput(f"The net's inputs are {', '.join(net.inputs)}, not data_a and data_b.")
    scores = [_scores(net, **batch) for batch in batches_of(shard_list)]
    return Validation(*np.hstack(scores))


def batches_of(shard_list):
    """Yield ``data_a``, ``data_b`` and ``clean``, N x C x H x W, of all patches of a shard list.

    Raise BadInput if a shard cannot be used.
    """
    hdf5.check_list(shard_list)
    if len({hdf5.patch_shape(shard_list, blob) for blob in hdf5.BLOBS}) > 1:
        raise BadInput(f"The blobs of {shard_list} differ in the shape of their patches.")
    for shard in hdf5.read_list(shard_list):
        with h5py.File(shard, "r") as file:
            for start in range(0, len(file["clean"]), BATCH):
                yield {name: file[name][start : start + BATCH] for name in hdf5.BLOBS}


def _scores(net, data_a, data_b, clean):
    fused = np.clip(net.forward(data_a=data_a, data_b=data_b)["fused"], 0, 1)
    return np.stack([_psnr(fused, clean), _psnr((data_a + data_b) / 2, clean)])


def _psnr(patches, clean):
    """Return the PSNR of each patch over all channels; `EQUAL_PSNR` for equal ones."""
    error = np.mean((patches - clean) ** 2, axis=(1, 2, 3), dtype=np.float64)
    return np.minimum(psnr_of_mse(error, 1), EQUAL_PSNR)


def _psnr_of_mean(psnr):
    return psnr_of_mse(np.mean(10 ** (-psnr / 10)), 1)
