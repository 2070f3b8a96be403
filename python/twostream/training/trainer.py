"""Training with PyTorch: losses and gradients, and their exchange between processes."""

import contextlib
import math
import os

import torch
from torch.nn.parallel import DistributedDataParallel

from ..caffe_files.blobs import inputs_and_outputs, learned_blobs
from ..engines.torch.module import CaffeModule, loss_weights, parameters_of
from ..errors import BadInput
from .parameter import Parameter


class Group:
    """The processes that `torchrun` started; without it, only this one.

    `rank` is the number of this process, `world` that of all, `device` a torch.device.
    """

    def __init__(self, device):
        self.rank = int(os.environ.get("RANK", 0))
        self.world = int(os.environ.get("WORLD_SIZE", 1))
        self.device = torch.device(device)
        if self.world > 1:
            if self.device.type == "cuda":
                self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
                torch.cuda.set_device(self.device)
            torch.distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    def mean(self, number):
        """Return the mean of a number over all processes."""
        if self.world == 1:
            return number
        tensor = torch.tensor(number, dtype=torch.float64, device=self.device)
        torch.distributed.all_reduce(tensor)
        return tensor.item() / self.world

    def agree(self, number):
        """Return the first process's whole number in all of them."""
        if self.world == 1:
            return number
        tensor = torch.tensor(number, dtype=torch.int64, device=self.device)
        torch.distributed.broadcast(tensor, 0)
        return tensor.item()

    def close(self):
        """End the group."""
        if self.world > 1:
            torch.distributed.destroy_process_group()


class Trainer:
    """A net in training.

    The nets have the layers of the phases TRAIN and TEST, with Input layers; the test net can be
    None. `options` are `training.parameter.Options`.
    """

    def __init__(self, net, test_net, weights, group, options):
        torch.backends.cuda.matmul.allow_tf32 = options.precision == "tf32"
        torch.backends.cudnn.allow_tf32 = options.precision == "tf32"
        self._group, self._bf16 = group, options.precision == "bf16"
        self._module = CaffeModule(net, parameters_of(weights)).to(group.device)
        self._format = torch.channels_last if options.channels_last else torch.contiguous_format
        self._module.to(memory_format=self._format)
        self.learned = [_learned(*both) for both in zip(self._module.learned, _multipliers(net))]
        self._test_module = CaffeModule(test_net, self._module.by_layer()) if test_net else None
        self._run = torch.compile(self._module) if options.compiled else self._module
        if group.world > 1:
            self._run = DistributedDataParallel(self._run)
        self.loss_weights, self._outputs = _losses(net), inputs_and_outputs(net)[1]
        self.test_loss_weights = _losses(test_net) if test_net else {}
        self._numbers = _compared_numbers(net)

    def clear(self):
        """Set all gradients to zero."""
        for blob in self.learned:
            blob.gradient.zero_()

    def train(self, batch):
        """Add the gradients of a batch; return its loss and the net's outputs, as floats."""
        with self._casting():
            blobs, loss = self._forward(self._run, batch)
        loss.backward()
        return self._group.mean(loss.item()), self._numbers_of(blobs, self._outputs)

    @torch.no_grad()
    def loss(self, batch):
        """Return the loss of a batch and the outputs; no gradients."""
        with self._casting():
            blobs, loss = self._forward(self._module, batch)
        return self._group.mean(loss.item()), self._numbers_of(blobs, self._outputs)

    @torch.no_grad()
    def test(self, batch):
        """Return the test net's outputs for a batch, as floats; always in float32."""
        blobs, _ = self._forward(self._test_module, batch)
        return self._numbers_of(blobs, list(self.test_loss_weights))

    def updating(self):
        """Return a context in which the solver changes blobs and PyTorch records no gradients."""
        return torch.no_grad()

    def zeros(self, count):
        """Return zeros in the shapes of all learned blobs, the whole list `count` times."""
        return [torch.zeros_like(blob.data) for _ in range(count) for blob in self.learned]

    def tensor(self, array, like):
        """Convert a numpy array to a tensor of the type and device of `like`."""
        return torch.tensor(array, dtype=like.dtype, device=like.device)

    def array(self, tensor):
        """Convert a tensor to a numpy array."""
        return tensor.detach().cpu().numpy()

    def weights(self):
        """Return the weights as `caffe_files.caffemodel.write_weights` takes them."""
        return {
            name: [self.array(blob) for blob in blobs]
            for name, blobs in self._module.by_layer().items()
        }

    def quality(self, loss):
        """Format a loss and, if it is a EuclideanLoss, the PSNR for pictures in [0, 1]."""
        if not self._numbers or loss <= 0:
            return f"loss {loss:.4g}"
        return f"loss {loss:.4g}, {10 * math.log10(self._numbers / loss):.2f} dB"

    def _forward(self, run, batch):
        tensors = {n: torch.from_numpy(a).to(self._group.device) for n, a in batch.items()}
        return run(
            {n: t.to(memory_format=self._format) if t.ndim == 4 else t for n, t in tensors.items()}
        )

    def _casting(self):
        if self._bf16:
            return torch.autocast(self._group.device.type, torch.bfloat16)
        return contextlib.nullcontext()

    def _numbers_of(self, blobs, names):
        return {name: blobs[name].item() for name in names if blobs[name].numel() == 1}


def _learned(blob, multipliers):
    blob.grad = torch.zeros_like(blob)
    # As in Caffe, a blob that does not learn has no gradient for `clip_gradients` to count.
    blob.requires_grad_(multipliers[0] != 0)
    return Parameter(blob.data, blob.grad, *multipliers)


def _multipliers(net):
    """Return lr_mult and decay_mult of every learned blob, from the first layer that has it."""
    found = {}
    places = learned_blobs(net)
    for layer in net.layer:
        for n, place in enumerate(places.get(layer.name, ())):
            spec = layer.param[n] if n < len(layer.param) else None
            both = (spec.lr_mult, spec.decay_mult) if spec else (1.0, 1.0)
            found.setdefault(place, both)
    return [found[place] for place in sorted(found)]


def _losses(net):
    """Return the loss weight of each blob that is part of the loss."""
    return {layer.top[0]: loss_weights(layer)[0] for layer in net.layer if loss_weights(layer)}


def _compared_numbers(net):
    """Count the values of a patch that a net's EuclideanLoss compares, times its weight / 2.

    Divided by the loss it is the inverse of the mean squared error. None if the net has another
    loss or several, or if the loss compares no input.
    """
    losses = [layer for layer in net.layer if loss_weights(layer)]
    if len(losses) != 1 or losses[0].type != "EuclideanLoss":
        return None
    shapes = {layer.top[0]: layer.input_param.shape for layer in net.layer if layer.type == "Input"}
    sides = [shapes[name][0].dim[1:] for name in losses[0].bottom if name in shapes]
    return math.prod(sides[0]) * loss_weights(losses[0])[0] / 2 if sides else None


def device_of_gpu(name):
    """Return the device of a GPU by its number or ``all``; the CPU if there is no GPU.

    Raise BadInput if there are GPUs but not this one, or ``all`` are several and `torchrun` is not
    used.
    """
    count = torch.cuda.device_count()
    if not count:
        return "cpu"
    if name == "all" and count > 1 and "WORLD_SIZE" not in os.environ:
        raise BadInput(
            f"Several GPUs need one process each: torchrun --nproc-per-node {count} "
            "-m twostream train --engine torch ..."
        )
    number = "0" if name == "all" else name
    if not number.isdigit() or int(number) >= count:
        raise BadInput(f"There is no GPU {number}; there are {count}, from 0.")
    return f"cuda:{number}"
