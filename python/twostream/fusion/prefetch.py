"""Preparation of the next item while the current one is used."""

from concurrent.futures import ThreadPoolExecutor

END = object()


def prefetch(items):
    """Iterate over items and make each in a thread while the one before is used.

    An error is raised in place of its item.
    """
    items = iter(items)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, END)
        while (item := coming.result()) is not END:
            coming = pool.submit(next, items, END)
            yield item
            del item  # or the item would be held while waiting for the next one
