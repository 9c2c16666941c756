-- What the places of one layer version offer on a day, for frames.units.
-- Leans on: unit_code_unique_in_place.
SELECT
    unit.place_version_id, unit.code, unit.sex, unit.stage, unit.shift, unit.age_from,
    unit.age_to, unit.sector, unit.is_special, unit.capacity, unit.capacity_unit, unit.pupils,
    ST_AsBinary(unit.catchment)
FROM spatial_data_unit AS unit
JOIN spatial_data_placeversion AS version ON version.id = unit.place_version_id
JOIN spatial_data_place AS place ON place.id = version.place_id
WHERE version.layer_version_id = %(version)s AND version.valid @> %(day)s::date
ORDER BY place.code COLLATE "C", unit.code COLLATE "C";
