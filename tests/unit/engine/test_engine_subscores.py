from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from atlas.engine import need, weights
from atlas.engine.errors import InputError, ShapeError
from atlas.engine.need import Levels, ScoreRule
from atlas.engine.subscores import Components, Items, components_of, need_profile, side_by_side
from atlas.engine.sums import exact_sum, row_sums
from atlas.engine.values import Reason

UNIT = st.floats(0, 1, allow_subnormal=False).map(lambda v: round(v, 6))
FIELDS = ("need", "lo", "hi", "reason", "known_weight", "rank", "flags")


@st.composite
def towns(draw):
    n, k = draw(st.integers(1, 7)), draw(st.integers(2, 14))
    x = draw(hnp.arrays(np.float64, (n, k), elements=UNIT))
    reason = draw(hnp.arrays(np.uint8, (n, k), elements=st.sampled_from([0, 0, 0, 0, 1, 2, 3])))
    parts = Components(
        draw(hnp.arrays(np.float64, k, elements=st.floats(0.01, 1))),
        draw(hnp.arrays(np.int32, k, elements=st.integers(0, 2))),
        draw(hnp.arrays(np.uint8, k, elements=st.sampled_from([0, 0, 1]))),
        3,
    )
    levels = Levels(np.where(reason > 0, np.nan, x), reason)
    return levels, parts, ScoreRule(p=draw(st.sampled_from([1.0, 2.0, 4.0])), n_min=2)


def columns(levels, which):
    return Levels(levels.x[:, which], levels.reason[:, which])


def same(one, other) -> bool:
    return all(getattr(one, f).tobytes() == getattr(other, f).tobytes() for f in FIELDS)


@given(towns())
@settings(max_examples=40)
def test_a_sub_score_is_the_score_of_its_columns_alone_bit_for_bit(town) -> None:
    levels, parts, rule = town
    profile = need_profile(levels, parts, rule)
    subs = [(profile.gaps, parts.family == 0), (profile.context, parts.family == 1)]
    subs += [(sub, parts.domain == d) for d, sub in enumerate(profile.domains)]
    for sub, part in subs:
        if not part.any():
            assert (sub.reason == Reason.NOT_APPLICABLE).all()
            continue
        alone = need.score(columns(levels, part), parts.weight[part], rule)
        assert same(sub, alone)
        assert sub.contributions[:, part].tobytes() == alone.contributions.tobytes()
        assert np.isnan(sub.contributions[:, ~part]).all()


@given(towns())
@settings(max_examples=40)
def test_a_service_that_applies_nowhere_is_the_same_as_absent_bit_for_bit(town) -> None:
    levels, parts, rule = town
    levels.x[:, 0], levels.reason[:, 0] = np.nan, Reason.NOT_APPLICABLE
    with_it = need.score(levels, parts.weight, rule)
    without = need.score(columns(levels, slice(1, None)), parts.weight[1:], rule)
    assert same(with_it, without)
    assert with_it.contributions[:, 1:].tobytes() == without.contributions.tobytes()


@given(towns(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_of_components_and_of_zones_changes_no_bit(town, random) -> None:
    levels, parts, rule = town
    n, k = levels.x.shape
    zones, services = list(range(n)), list(range(k))
    random.shuffle(zones)
    random.shuffle(services)
    shuffled = Levels(levels.x[zones][:, services], levels.reason[zones][:, services])
    moved = Components(parts.weight[services], parts.domain[services], parts.family[services], 3)
    children = np.arange(n)
    once = need_profile(levels, parts, rule, children=children)
    again = need_profile(shuffled, moved, rule, children=children[zones])
    pairs = [(once.need, again.need), (once.gaps, again.gaps), (once.context, again.context)]
    for one, other in [*pairs, *zip(once.domains, again.domains, strict=True)]:
        for field in FIELDS:
            assert getattr(one, field)[zones].tobytes() == getattr(other, field).tobytes()
        for field in ("contributions", "without"):
            moved_field = getattr(one, field)[zones][:, services]
            assert moved_field.tobytes() == np.ascontiguousarray(getattr(other, field)).tobytes()


@given(towns())
@settings(max_examples=40)
def test_a_parent_with_one_child_zone_equals_it_and_twins_share_their_rank(town) -> None:
    levels, parts, rule = town
    twice = Levels(np.repeat(levels.x, 2, axis=0), np.repeat(levels.reason, 2, axis=0))
    both = need_profile(twice, parts, rule)
    alone = need_profile(levels, parts, rule)
    assert both.need.need[::2].tobytes() == both.need.need[1::2].tobytes()
    assert both.need.need[::2].tobytes() == alone.need.need.tobytes()
    assert both.need.rank[::2].tolist() == both.need.rank[1::2].tolist()
    assert both.context.lo[::2].tobytes() == alone.context.lo.tobytes()


@given(towns())
@settings(max_examples=40)
def test_with_p_1_and_all_known_sub_scores_average_to_the_score_by_their_weights(town) -> None:
    levels, parts, _ = town
    x = np.where(np.isnan(levels.x), 0.25, levels.x)
    profile = need_profile(Levels(x, np.zeros(x.shape, np.uint8)), parts, ScoreRule())
    share = [parts.weight[parts.domain == d].sum() / parts.weight.sum() for d in range(3)]
    total = sum(w * sub.need for w, sub in zip(share, profile.domains, strict=True) if w > 0)
    np.testing.assert_allclose(total, profile.need.need, atol=1e-9)


def test_gaps_and_context_stand_in_one_domain_together() -> None:
    """Health: clinics (gap 0.4) and vaccination (context 0.8); learning: schools (gap 0.1)."""
    gaps = Levels(np.array([[0.4, 0.1]]), np.zeros((1, 2), np.uint8))
    context = Levels(np.array([[0.8]]), np.zeros((1, 1), np.uint8))
    domain = np.array([0, 1, 0], np.int32)
    weight = weights.component_weights(np.array([0.6, 0.4]), domain, np.array([2.0, 1.0, 1.0]))
    parts = Components(weight, domain, np.array([0, 0, 1], np.uint8), 2)
    profile = need_profile(side_by_side(gaps, context), parts, ScoreRule())
    assert weight == pytest.approx([0.4, 0.4, 0.2])
    assert profile.need.need[0] == pytest.approx(36)
    assert profile.need.contributions[0] == pytest.approx([16, 4, 16])
    assert profile.gaps.need[0] == pytest.approx(25)
    assert profile.context.need[0] == pytest.approx(80)
    assert [sub.need[0] for sub in profile.domains] == pytest.approx([160 / 3, 10])


def test_a_school_for_girls_and_one_for_boys_share_the_weight_of_schools_by_the_citys_children():
    items = Items(np.array([0, 1, 1]), np.array([1.0, 3.0, 1.0]), np.array([0, 0, 1], np.uint8))
    found = components_of(
        np.array([0.5, 0.5]), items, np.array([0, 1, 1, 2]), np.array([90, 20, 10, 0])
    )
    assert found.weight == pytest.approx([0.5, 0.25, 0.125, 0.125])
    assert found.domain.tolist() == [0, 1, 1, 1]
    assert found.family.tolist() == [0, 0, 0, 1]
    with pytest.raises(InputError, match="split"):
        components_of(np.ones(2), items, np.array([0, 2, 2]), np.ones(3))
    with pytest.raises(ShapeError):
        components_of(np.ones(2), items, np.array([0, 1]), np.ones(3))


def test_a_constant_indicator_weighs_nothing_and_is_named() -> None:
    levels = Levels(np.array([[0.4, 0.7], [0.2, 0.7]]), np.zeros((2, 2), np.uint8))
    parts = Components(np.array([0.5, 0.5]), np.zeros(2, np.int32), np.array([0, 1], np.uint8), 1)
    profile = need_profile(levels, parts, ScoreRule(), is_constant=np.array([False, True]))
    assert profile.need.need == pytest.approx([40, 20])
    assert profile.need.contributions[:, 1].tolist() == [0.0, 0.0]
    assert profile.is_constant.tolist() == [False, True]
    assert profile.weight.tolist() == [0.5, 0.0]
    assert (profile.context.reason == Reason.NOT_APPLICABLE).all()


def test_a_missing_indicator_without_weight_widens_no_interval() -> None:
    levels = Levels(np.array([[0.4, np.nan]]), np.array([[0, 1]], np.uint8))
    parts = Components(np.array([0.5, 0.5]), np.zeros(2, np.int32), np.array([0, 1], np.uint8), 1)
    profile = need_profile(levels, parts, ScoreRule(), is_constant=np.array([False, True]))
    assert (profile.need.lo[0], profile.need.hi[0]) == (40.0, 40.0)


def test_a_zone_without_children_and_a_city_of_one_zone_have_profiles() -> None:
    nothing = np.zeros((1, 1), np.int64)
    gaps = need.gap(nothing, nothing, nothing, nothing)
    context = Levels(np.array([[0.5]]), np.zeros((1, 1), np.uint8))
    parts = Components(np.ones(2) / 2, np.zeros(2, np.int32), np.array([0, 1], np.uint8), 1)
    profile = need_profile(
        side_by_side(gaps, context), parts, ScoreRule(n_min=1), children=np.zeros(1)
    )
    assert profile.need.need[0] == 50
    assert np.isnan(profile.gaps.need[0])
    assert profile.need.rank[0] == 0


def test_components_that_do_not_fit_are_refused() -> None:
    levels = Levels(np.array([[0.5]]), np.zeros((1, 1), np.uint8))
    one, zero, family = np.ones(1), np.zeros(1, np.int32), np.zeros(1, np.uint8)
    for bad in ((zero + 1, family, 1), (zero - 1, family, 1), (zero, family + 2, 1)):
        with pytest.raises(InputError):
            Components(one, *bad)
    with pytest.raises(ShapeError):
        Components(np.ones(2), zero, family, 1)
    parts = Components(one, zero, family, 1)
    with pytest.raises(InputError, match="all 0"):
        need_profile(levels, parts, ScoreRule(), is_constant=np.array([True]))
    with pytest.raises(ShapeError):
        need_profile(levels, parts, ScoreRule(), is_constant=np.array([True, False]))
    with pytest.raises(ShapeError):
        need_profile(side_by_side(levels, levels), parts, ScoreRule())
    with pytest.raises(ShapeError):
        side_by_side(levels, Levels(np.ones((2, 1)), np.zeros((2, 1), np.uint8)))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -0.1, 1.1])
def test_levels_that_are_no_levels_are_refused(bad) -> None:
    with pytest.raises(InputError):
        need.score(Levels(np.array([[bad]]), np.zeros((1, 1), np.uint8)), np.ones(1), ScoreRule())


@given(hnp.arrays(np.float64, 9, elements=st.floats(0, 1)), st.permutations(range(9)))
@settings(max_examples=40)
def test_weights_do_not_mind_the_order_of_services(given_weights, order) -> None:
    domain = np.array([0, 1, 2] * 3)
    if given_weights.sum() == 0:
        return
    once = weights.component_weights(np.array([0.5, 0.3, 0.2]), domain, given_weights + 0.1)
    again = weights.component_weights(
        np.array([0.5, 0.3, 0.2]), domain[order], given_weights[order] + 0.1
    )
    assert once[order].tobytes() == again.tobytes()
    split = weights.split_weights(np.array([0.5, 0.3, 0.2]), domain, given_weights + 1)
    other = weights.split_weights(
        np.array([0.5, 0.3, 0.2]), domain[order], given_weights[order] + 1
    )
    assert split[order].tobytes() == other.tobytes()
    assert exact_sum(split) == pytest.approx(1)


def test_weights_of_domains_and_services_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InputError):
        weights.component_weights(np.ones(1), np.array([1]), np.ones(1))
    with pytest.raises(ShapeError):
        weights.component_weights(np.ones(1), np.array([0, 0]), np.ones(1))
    with pytest.raises(InputError):
        weights.split_weights(np.ones(1), np.array([0]), np.array([np.nan]))


def test_zeros_among_the_terms_change_no_bit_of_a_sum() -> None:
    terms = np.array([[0.1, 0.7, 0.3, 1e-17, 0.2]])
    wide = np.zeros((1, 40))
    wide[0, ::8] = terms[0, ::-1]
    assert row_sums(wide).tobytes() == row_sums(terms).tobytes()
