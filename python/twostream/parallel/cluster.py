"""Workers of a Dask cluster.

The scheduler gives the items of a lost worker to another one. So an item may be worked on twice,
and `work` should keep what it finished.
"""

import asyncio
import os
from functools import partial

from ..errors import BadInput

PATIENCE = 30
"""Seconds in which the scheduler must answer and have a worker."""


class Cluster:
    """The workers of a Dask scheduler, ``tcp://host:port``.

    Raise BadInput if the package distributed is not installed, no scheduler answers, or it has no
    worker.
    """

    def __init__(self, address):
        self._distributed = _package()
        try:
            # A Client that fails leaves a thread, and a later one may wait for it forever.
            asyncio.run(_reach(self._distributed, address))
            self._client = self._distributed.Client(address, timeout=PATIENCE)
        except (OSError, ValueError, TypeError) as error:
            raise BadInput(
                f"No Dask scheduler answers at {address}. Start it, or correct the address."
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            self._client.close()
            raise BadInput(
                f"The Dask scheduler {address} has no worker. Start one with dask worker."
            ) from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._client.close()

    def completed(self, work, items):
        """Work on items, like `processes.Processes.completed`.

        Relative paths on the workers are relative to the current folder of this process.
        """
        task = partial(_in_folder, os.getcwd(), work)
        # In a partial, so that Dask does not look for tasks of its own in the item.
        numbers = {
            self._client.submit(partial(task, item), pure=False): number
            for number, item in enumerate(items)
        }
        for future in self._distributed.as_completed(list(numbers)):
            yield (numbers.pop(future), *self._outcome(future))

    def _outcome(self, future):
        try:
            return future.result(), None
        except self._distributed.KilledWorker:
            return None, BadInput("Its workers were killed; perhaps the memory ran out.")
        except Exception as error:
            return None, error


def _package():
    try:
        import distributed
    except ModuleNotFoundError as error:
        raise BadInput(
            "A Dask cluster needs the Python package distributed. Run pip install distributed."
        ) from error
    return distributed


async def _reach(distributed, address):
    settings = distributed.Security().get_connection_args("client")
    connection = await distributed.comm.connect(address, timeout=PATIENCE, **settings)
    await connection.close()


def _in_folder(folder, work, item):
    try:
        os.chdir(folder)
    except OSError as error:
        raise BadInput(
            f"A worker of the cluster has no folder {folder}. All workers need the same paths."
        ) from error
    return work(item)
