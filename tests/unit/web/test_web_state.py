from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from atlas.web.state import State, parse, starting_tier


def test_a_state_survives_its_address(edition) -> None:
    state = State(
        tier="district",
        service="library",
        band="6-11",
        sex="girl",
        zone="D1",
        layers=("park", "school"),
        edition="1405",
        at="13.5/36.46000/52.05000",
    )
    query = state.query(start="neighbourhood")
    assert parse(dict(parse_qsl(query[1:])), edition) == state


def test_what_is_usual_stays_out_of_the_address() -> None:
    assert State(tier="district").query(start="district") == ""


@pytest.mark.parametrize(
    "query",
    [
        {"tier": "galaxy"},
        {"service": "gold_mine"},
        {"band": "6-11", "sex": "girl"},
        {"service": "need", "band": "0-2"},
        {"layers": "dragon"},
        {"at": "13/here/there"},
    ],
)
def test_what_the_edition_does_not_know_stays_usual(edition, query) -> None:
    assert parse(query, edition) == State(tier="neighbourhood")


def test_need_has_no_age_and_no_sex_in_its_address(edition) -> None:
    state = parse({"service": "library", "band": "6-11", "sex": "boy"}, edition)
    assert state.query(start="neighbourhood", service="need") == ""


def test_the_map_starts_with_the_finest_tier_that_reads_as_a_map(edition) -> None:
    assert starting_tier(edition) == "neighbourhood"
