from __future__ import annotations

import csv
import io
import json

import pytest
from django.db import IntegrityError, transaction

from atlas.assessments.models import PublishedScore, RankDoubt, Score
from atlas.publishing.operations import publish
from tests.integration.publishing.grid_city import FEW, NOON
from tests.integration.publishing.test_publishing_figures import read

COLUMNS = ("rank_low", "rank_high", "in_worst_percent", "robust")
DOUBT = ("rank_low", "rank_high", "worst", "in_worst_percent", "is_robust")
NONE = (None, None, None, None, False)


def doubts(edition, tier):
    rows = PublishedScore.objects.filter(edition=edition, tier_code=tier)
    return {row[0]: row[1:] for row in rows.values_list("zone_code", *DOUBT)}


def test_a_published_rank_has_its_interval(published):
    _, edition, folder = published
    assert doubts(edition, "district") == dict.fromkeys(("D1", "D2"), (1, 3.5, 2, 97, True))
    columns = read(folder, "values/district/need")["columns"]
    assert [columns[name] for name in COLUMNS] == [[1, 1], [3.5, 3.5], [97, 97], [True, True]]
    assert columns["worst"] == 2


def test_trials_of_a_withheld_score_are_withheld_in_every_file(published):
    _, edition, folder = published
    shown = PublishedScore.objects.filter(edition=edition, need=None)
    assert {"north", "south", FEW} <= {score.zone_code for score in shown}
    assert set(shown.values_list(*DOUBT)) == {NONE}
    need = read(folder, "values/neighbourhood/need")
    at = need["zones"].index(FEW)
    assert [need["columns"][name][at] for name in COLUMNS] == [None] * 4
    features = json.loads((folder / "tables" / "neighbourhood.geojson").read_text())["features"]
    own = next(f["properties"] for f in features if f["id"] == FEW)
    assert [own[name] for name in (*DOUBT,)] == [None] * 5
    text = (folder / "tables" / "need-neighbourhood.en.csv").read_text("utf-8-sig")
    row = next(r for r in csv.DictReader(io.StringIO(text)) if r["Zone code"] == FEW)
    assert row["In nine of ten trials, rank from"] == row["Robust high need"] == ""


def test_beside_a_withheld_score_probabilities_come_in_coarser_steps(published):
    """N8 is withheld, so the others' fine probabilities would sum to what remains for it."""
    _, edition, _ = published
    told = {own for own in doubts(edition, "neighbourhood").values() if own != NONE}
    assert told == {(1, 3.5, 2, 95, True)}


def test_a_withheld_zone_that_is_not_ranked_coarsens_nothing(grid):
    # Only the zones whose score is withheld; the halves are of another tier.
    first = doubts(publish(grid.city, at=NOON), "neighbourhood")
    withheld = [zone for zone, own in first.items() if own == NONE]
    assert withheld
    Score.objects.filter(zone__code__in=withheld).update(rank=None)
    told = doubts(publish(grid.city, at=NOON), "neighbourhood")
    assert {own for own in told.values() if own != NONE} == {(1, 3.5, 2, 97, True)}


def test_where_nothing_was_asked_the_worst_are_left_out(grid):
    RankDoubt.objects.update(worst=None, in_worst=None, is_robust=False)
    edition = publish(grid.city, at=NOON)
    assert set(doubts(edition, "district").values()) == {(1, 3.5, None, None, False)}


@pytest.mark.parametrize("change", [{"rank_low": None, "rank_median": None, "rank_high": None}, {}])
def test_without_trials_a_rank_stands_alone(grid, change):
    """Few children, or an assessment from before the trials."""
    if change:
        RankDoubt.objects.update(worst=None, in_worst=None, is_robust=False, **change)
    else:
        RankDoubt.objects.all().delete()
    edition = publish(grid.city, at=NOON)
    assert set(doubts(edition, "district").values()) == {NONE}


def test_the_database_keeps_no_trials_of_a_withheld_score(published):
    _, edition, _ = published
    own = PublishedScore.objects.filter(edition=edition, zone_code=FEW)
    with (
        pytest.raises(IntegrityError, match="published_score_doubts_a_published_rank"),
        transaction.atomic(),
    ):
        own.update(rank_low=1, rank_high=2)


@pytest.mark.parametrize(
    ("language", "yes", "head"),
    [("en", "yes", "Robust high need"), ("fa", "بله", "نیاز زیاد پابرجا")],
)
def test_the_table_says_in_words_what_is_robust(published, language, yes, head):
    _, _, folder = published
    text = (folder / "tables" / f"need-district.{language}.csv").read_text("utf-8-sig")
    assert {row[head] for row in csv.DictReader(io.StringIO(text))} == {yes}
