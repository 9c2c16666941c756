from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils.translation import override

from atlas.web.edition import Named
from atlas.web.kinds import icon_of, under_services

BOTH = pytest.mark.parametrize("language", ["fa", "en"])


@pytest.fixture
def listed(edition):
    """Answer the headings with what stands under each, all kinds or some of them."""

    def of(*codes: str) -> list[tuple[str, tuple[str, ...]]]:
        wanted = codes or [kind.code for kind in edition.kinds]
        found = under_services(edition, {code: code for code in wanted})
        return [(under.heading, under.items) for under in found]

    return of


def test_a_citys_own_kind_stands_under_its_service_with_the_kinds_of_every_city(listed) -> None:
    with override("en"):
        assert listed()[0] == ("Play space", ("playground", "park", "adventure_yard"))
    with override("fa"):
        assert listed()[0] == ("فضای بازی", ("playground", "park", "adventure_yard"))


def test_services_stand_in_their_order_and_what_is_counted_for_none_comes_last(listed) -> None:
    with override("en"):
        headings = [heading for heading, _ in listed()]
        assert headings[-1] == "Counted for no service"
        assert listed()[-1][1] == ("story_corner",)
    assert headings[:3] == ["Play space", "Primary school", ""]


def test_a_heading_that_would_say_its_only_kind_again_is_left_out(listed) -> None:
    with override("en"):
        assert listed("kindergarten") == [("", ("kindergarten",))]
        assert listed("library") == [("Library", ("library",))]


def test_a_kind_for_several_services_stands_under_all_of_them_at_once(edition) -> None:
    school, kindergarten = edition.service("primary_school"), edition.service("kindergarten")
    shared = replace(kindergarten, kinds=("school", "kindergarten"))
    city = replace(edition, services=(school, shared))
    with override("en"):
        found = under_services(city, {"school": 1, "kindergarten": 2})
    assert [under.heading for under in found] == ["Primary school · Kindergarten", ""]


def test_a_citys_own_kind_wears_the_icon_of_its_service(edition) -> None:
    assert icon_of(edition, "adventure_yard") == "horse-toy"
    assert icon_of(edition, "park") == "trees"
    assert icon_of(edition, "story_corner") == "map-pin"


@BOTH
def test_a_kind_is_named_in_the_readers_language_wherever_kinds_are(client, language) -> None:
    own = {"fa": "حیاط ماجراجویی", "en": "Adventure yard"}[language]
    config = client.get(f"/{language}/").context["config"]
    assert config["kinds"]["adventure_yard"] == own
    for path in ("", "zones/N28/", "panel/?zone=N28"):
        assert own in client.get(f"/{language}/{path}").content.decode(), path


def test_a_kind_named_in_one_language_only_keeps_that_name(edition) -> None:
    yard = Named("yard", {"fa": "حیاط"})
    city = replace(edition, kinds=(yard,))
    with override("en"):
        (under,) = under_services(city, {"yard": yard})
    assert under.items == (yard,)
