from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_access_placement_bounds"),
    ]

    operations = [
        migrations.CreateModel(
            name="PieceResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "zones",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        size=None,
                        verbose_name="leaf zones",
                    ),
                ),
                ("band", models.CharField(max_length=10, verbose_name="age band")),
                ("sex", models.CharField(max_length=4, verbose_name="sex")),
                ("children_micro", models.BigIntegerField(verbose_name="children")),
                ("split_micro", models.JSONField(default=dict, verbose_name="split by service")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="assessments.assessment",
                        verbose_name="assessment",
                    ),
                ),
            ],
            options={
                "verbose_name": "result of a piece",
                "verbose_name_plural": "results of pieces",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "zones", "band", "sex"), name="piece_once_per_group"
                    )
                ],
            },
        ),
    ]
