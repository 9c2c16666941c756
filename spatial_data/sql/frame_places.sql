-- The places of one layer version that are valid on a day, for frames.places.
-- Leans on: place_version_one_at_a_time.
SELECT
    place.code, kind.code, version.names, ST_AsBinary(version.location), version.area_m2,
    outer_place.code, version.status, version.record_date, version.id
FROM spatial_data_placeversion AS version
JOIN spatial_data_place AS place ON place.id = version.place_id
JOIN spatial_data_kind AS kind ON kind.id = version.kind_id
LEFT JOIN spatial_data_place AS outer_place ON outer_place.id = version.inside_id
WHERE version.layer_version_id = %(version)s AND version.valid @> %(day)s::date
ORDER BY place.code COLLATE "C";
