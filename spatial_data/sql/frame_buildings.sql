-- The buildings of one layer version, each with a point on it, for frames.buildings.
-- Leans on: building_code_unique_in_version.
SELECT code, ST_AsBinary(ST_PointOnSurface(outline)), footprint_m2, levels, is_residential
FROM spatial_data_building
WHERE layer_version_id = %(version)s
ORDER BY code COLLATE "C";
