-- The street pieces of one layer version, for frames.streets.
-- Leans on: street_code_unique_in_version.
SELECT
    code, start_node, end_node, start_mark, end_mark, street_class, speed_kmh, features, length_m,
    ST_AsBinary(line)
FROM spatial_data_streetpiece
WHERE layer_version_id = %(version)s
ORDER BY code COLLATE "C";
