from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas.web.ranks import standings

SCORES = st.lists(
    st.tuples(st.floats(min_value=0, max_value=100), st.booleans(), st.booleans()), max_size=60
)


@given(SCORES)
def test_a_withheld_rank_always_lies_in_its_span(zones) -> None:
    """Each zone: its true score, whether it is withheld, whether it has few children."""
    ranked = sorted((score for score, _, few in zones if not few), reverse=True)
    true = [
        None if few else ranked.index(score) + (ranked.count(score) + 1) / 2
        for score, _, few in zones
    ]
    shown = [None if hidden else rank for rank, (_, hidden, _) in zip(true, zones, strict=True)]
    classes = [min(5, 1 + int(score // 20)) for score, _, _ in zones]
    found = standings(shown, classes, [few for _, _, few in zones])
    for rank, standing in zip(true, found, strict=True):
        if rank is None:
            assert standing is None
        else:
            assert standing.first <= rank <= standing.last


def test_few_children_and_no_score_are_not_ranked_and_do_not_count() -> None:
    found = standings([None] * 4, [5, 5, None, 3], [False, True, False, False])
    assert [s and (s.first, s.last) for s in found] == [(1, 1), None, None, (2, 2)]
