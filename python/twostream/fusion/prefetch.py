"""Make the next item while the current one is used."""

from concurrent.futures import ThreadPoolExecutor

END = object()


def prefetch(items):
    """Iterate over items and make each in a thread while the one before is used.

    An error is raised where its item would come.
    """
    items = iter(items)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, END)
        while (item := coming.result()) is not END:
            coming = pool.submit(next, items, END)
            yield item
            del item  # which would hold it while the next one is waited for
