"""Work divided into batches of nearly equal size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas.assessments.batches import equal_batches

CITIES = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(0, 10**7))


@given(sizes=CITIES, count=st.integers(1, 9))
def test_every_city_is_in_one_batch_and_no_batch_is_empty(sizes, count):
    batches = equal_batches(sizes, count)
    assert sorted(name for batch in batches for name in batch) == sorted(sizes)
    assert all(batches)
    assert len(batches) == min(count, len(sizes))


@given(sizes=CITIES, count=st.integers(1, 9))
def test_the_largest_batch_comes_first_and_is_no_larger_than_a_share_and_one_city(sizes, count):
    loads = [sum(sizes[name] for name in batch) for batch in equal_batches(sizes, count)]
    assert loads == sorted(loads, reverse=True)
    assert not loads or loads[0] <= sum(sizes.values()) / count + max(sizes.values())


def test_the_order_in_which_cities_are_named_divides_nothing_otherwise():
    sizes = {"b": 5, "a": 5, "c": 2, "d": 1}
    turned = dict(reversed(list(sizes.items())))
    assert equal_batches(sizes, 2) == equal_batches(turned, 2) == [["a", "c"], ["b", "d"]]
