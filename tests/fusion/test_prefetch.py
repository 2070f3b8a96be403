import threading

import pytest

from twostream.fusion.prefetch import prefetch


def test_the_next_item_is_made_while_one_is_used():
    made = [threading.Event() for _ in range(4)]

    def make(number):
        made[number].set()
        return number

    for number in prefetch(map(make, range(4))):
        if number < 3:
            assert made[number + 1].wait(10)
        assert not any(event.is_set() for event in made[number + 2 :])


def test_items_come_in_their_order_and_none_is_lost():
    assert list(prefetch(range(7))) == [*range(7)]
    assert list(prefetch([])) == []


def test_an_error_is_raised_where_its_item_would_come():
    items = prefetch(map(int, ["1", "2", "three"]))
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="three"):
        next(items)
