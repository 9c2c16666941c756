from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# What is current of the context, one row a zone and indicator, with the zone's outline.
PLAIN_VIEW = """
CREATE VIEW zone_context AS
SELECT value.id, city.slug AS city, tier.code AS tier, zone.code AS zone, zone_version.names AS zone_names,
    indicator.code AS indicator, indicator.names, indicator.units, value.number, value.standard_error, value.reason,
    indicator.reference_date, indicator.is_deprivation, indicator.is_public, zone_version.outline
FROM spatial_data_activelayer AS active
JOIN bodies_city AS city ON city.id = active.city_id
JOIN spatial_data_contextindicator AS indicator ON indicator.layer_version_id = active.version_id
JOIN spatial_data_tier AS tier ON tier.id = indicator.tier_id
JOIN spatial_data_contextvalue AS value ON value.indicator_id = indicator.id
JOIN spatial_data_zone AS zone ON zone.id = value.zone_id
LEFT JOIN spatial_data_activelayer AS active_zones
    ON active_zones.city_id = active.city_id AND active_zones.layer = 'zones'
LEFT JOIN spatial_data_zoneversion AS zone_version
    ON zone_version.zone_id = zone.id AND zone_version.layer_version_id = active_zones.version_id
WHERE active.layer = 'context';
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("spatial_data", "0004_context")]
    operations: ClassVar = [migrations.RunSQL(sql=PLAIN_VIEW, reverse_sql="DROP VIEW zone_context")]
