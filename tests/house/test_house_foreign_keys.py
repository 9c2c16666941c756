"""The import rules cannot see "app.Model" strings: this walks every relation instead."""

from __future__ import annotations

import pytest
from django.apps import apps

# Low to high, as the rooms stand in [tool.importlinter].
HEIGHT = {"bodies": 0, "spatial_data": 1, "assessments": 2}
FRAMEWORK = {"auth", "contenttypes", "sessions", "admin", "axes", "procrastinate"}


RELATIONS = [
    pytest.param(field, id=f"{model._meta.label}.{field.name}")
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label not in FRAMEWORK
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
    if field.is_relation
]


@pytest.mark.parametrize("field", RELATIONS)
def test_a_relation_points_down_or_stays_in_its_room(field) -> None:
    here, there = field.model._meta.app_label, field.related_model._meta.app_label
    assert here in HEIGHT, f"give the room {here} its height in this test"
    assert there in FRAMEWORK or HEIGHT[there] <= HEIGHT[here]


@pytest.mark.parametrize("field", RELATIONS)
def test_a_relation_into_another_room_leaves_nothing_behind_there(field) -> None:
    here, there = field.model._meta.app_label, field.related_model._meta.app_label
    if here != there and not _is_of_django(field):
        assert field.remote_field.hidden, 'say related_name="+"'


def _is_of_django(field) -> bool:
    """Whether Django's own abstract user brought the field."""
    return field.name in {"groups", "user_permissions"} or field.model._meta.auto_created
