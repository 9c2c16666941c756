-- The values of the context indicators of one layer version, for frames.context.
-- Leans on: context_value_once_per_zone.
SELECT indicator.code, zone.code, value.number, value.standard_error, value.reason
FROM spatial_data_contextvalue AS value
JOIN spatial_data_contextindicator AS indicator ON indicator.id = value.indicator_id
JOIN spatial_data_zone AS zone ON zone.id = value.zone_id
WHERE indicator.layer_version_id = %(version)s
ORDER BY indicator.code COLLATE "C", zone.code COLLATE "C";
