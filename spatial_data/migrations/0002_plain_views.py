from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# The plain layers for GIS users: what is current, one row a thing, no joins needed.
PLAIN_VIEWS = """
CREATE VIEW districts AS
SELECT zone_version.id, city.slug AS city, tier.code AS tier, tier.depth, zone.code, parent.code AS parent,
    zone_version.names, zone_version.outline
FROM spatial_data_activelayer AS active
JOIN bodies_city AS city ON city.id = active.city_id
JOIN spatial_data_zoneversion AS zone_version ON zone_version.layer_version_id = active.version_id
JOIN spatial_data_zone AS zone ON zone.id = zone_version.zone_id
JOIN spatial_data_tier AS tier ON tier.id = zone_version.tier_id
LEFT JOIN spatial_data_zone AS parent ON parent.id = zone_version.parent_id
WHERE active.layer = 'zones';

CREATE VIEW current_places AS
SELECT place_version.id, city.slug AS city, place.code, kind.code AS kind, kind.family, place_version.names,
    place_version.status, place_version.area_m2, place_version.record_date, place_version.location,
    place_version.outline
FROM spatial_data_activelayer AS active
JOIN bodies_city AS city ON city.id = active.city_id
JOIN spatial_data_placeversion AS place_version ON place_version.layer_version_id = active.version_id
JOIN spatial_data_place AS place ON place.id = place_version.place_id
JOIN spatial_data_kind AS kind ON kind.id = place_version.kind_id
WHERE active.layer = 'places' AND place_version.valid @> city.reference_date;

CREATE VIEW play_spaces AS
SELECT current_places.*, detail.equipment, detail.surface, detail.has_shade, detail.is_fenced, detail.has_water,
    detail.has_toilet, detail.wheelchair, detail.stroller, detail.age_from, detail.age_to
FROM current_places
LEFT JOIN spatial_data_playspace AS detail ON detail.place_version_id = current_places.id
WHERE current_places.family = 'play_space';

CREATE VIEW schools AS
SELECT unit.id AS unit_id, current_places.*, unit.code AS unit, unit.sex, unit.stage, unit.shift, unit.sector,
    unit.is_special, unit.capacity, unit.pupils, building.classrooms, building.built_m2, building.yard_m2
FROM current_places
LEFT JOIN spatial_data_unit AS unit ON unit.place_version_id = current_places.id
LEFT JOIN spatial_data_schoolbuilding AS building ON building.place_version_id = current_places.id
WHERE current_places.family = 'school';

CREATE VIEW child_services AS
SELECT unit.id AS unit_id, current_places.*, unit.code AS unit, unit.sex, unit.age_from, unit.age_to, unit.sector,
    unit.capacity, unit.capacity_unit, unit.pupils
FROM current_places
LEFT JOIN spatial_data_unit AS unit ON unit.place_version_id = current_places.id
WHERE current_places.family = 'child_service';
"""
NO_PLAIN_VIEWS = "DROP VIEW child_services, schools, play_spaces, current_places, districts"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("spatial_data", "0001_layers")]
    operations: ClassVar = [migrations.RunSQL(sql=PLAIN_VIEWS, reverse_sql=NO_PLAIN_VIEWS)]
