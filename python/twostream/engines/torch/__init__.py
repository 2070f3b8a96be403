"""The engine that also trains where Caffe cannot be built: PyTorch on the CPU or CUDA GPUs."""

import torch

from ...caffe_files.blobs import inputs_and_outputs
from .graph import Graph, parameters_of


class Net:
    """A net run by PyTorch, on CUDA if it is available, else on the CPU.

    Parameters
    ----------
    net : NetParameter
    weights : dict of str to list of numpy.ndarray
    """

    def __init__(self, net, weights):
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._graph = Graph(net, parameters_of(weights)).to(self._device).eval()
        self.inputs, self.outputs = inputs_and_outputs(net)

    @torch.inference_mode()
    def forward(self, **blobs):
        """Run the net; arrays N x C x H x W, float32, by the names of its inputs."""
        tensors = {
            name: torch.tensor(array, dtype=torch.float32, device=self._device)
            for name, array in blobs.items()
        }
        made, _ = self._graph(tensors)
        return {name: made[name].cpu().numpy() for name in self.outputs}
