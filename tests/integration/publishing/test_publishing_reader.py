from __future__ import annotations

import pytest
from django.db import DatabaseError, connections, transaction

from atlas.assessments import published
from atlas.assessments.models import Edition, PublishedFigure
from atlas.publishing.operations import publish
from tests.integration.publishing.grid_city import NOON, GridCity

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "published"]),
    pytest.mark.usefixtures("leaving_no_rows"),
]


def test_faces_read_rows_as_the_reader():
    edition = publish(GridCity().city, at=NOON)
    rows = published.figures(edition, "district", service="library", group=("all", "all"))
    assert [row.zone_code for row in rows] == ["D1", "D2"]
    assert published.scores(edition, "district")[0].zone_code == "D1"
    assert published.completeness(edition, "district")[0].grade == 2
    with connections["published"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("atlas_published_reader",)


def test_the_reader_sees_nothing_but_published_rows():
    publish(GridCity().city, at=NOON)
    with pytest.raises(DatabaseError, match="permission denied"):
        list(Edition.objects.using("published").all())


def test_the_reader_changes_nothing():
    publish(GridCity().city, at=NOON)
    with (
        pytest.raises(DatabaseError, match=r"read-only|permission denied"),
        transaction.atomic(using="published"),
    ):
        PublishedFigure.objects.using("published").all().delete()
