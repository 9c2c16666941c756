-- The counts of one layer version in the order of their files and rows, for frames.counts.
-- Leans on: count_once_per_area_age_sex.
SELECT role, snapshot_id, area_code, age_from, age_to, sex, persons, reference_date
FROM spatial_data_count
WHERE layer_version_id = %(version)s
ORDER BY id;
