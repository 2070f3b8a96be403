"""Parallel work on many items: in processes of this machine, or on a Dask cluster.

Both kinds of workers are context managers with ``completed(work, items)``. In the order of
completion, it yields the number of an item, the result of ``work(item)``, and the error it raised.
"""

from ..errors import BadInput


def workers(jobs=None, start=None):
    """Choose the workers: `jobs` Processes, or the Cluster of a Dask scheduler.

    `jobs` is a number, by default that of the cores, or the address of the scheduler,
    ``tcp://host:port``; `start` is that of `processes.Processes`. The workers of a cluster must
    have this toolkit, and the same files at the same paths. Raise BadInput if `jobs` is below 1, or
    the cluster cannot be used.
    """
    if isinstance(jobs, str):
        from .cluster import Cluster

        return Cluster(jobs)
    if jobs is not None and jobs < 1:
        raise BadInput("--jobs must be at least 1.")
    from .processes import Processes

    return Processes(jobs, start)
