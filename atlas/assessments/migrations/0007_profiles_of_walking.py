from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_access_placement_bounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="standardset",
            name="profiles",
            field=models.JSONField(default=dict, verbose_name="ways of walking"),
        ),
    ]
