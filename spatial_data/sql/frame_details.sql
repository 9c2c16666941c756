-- How many details of each place are filled, of how many, and a school's floor, for frames.places.
SELECT
    version.id,
    num_nonnulls(
        play.has_shade, play.is_fenced, play.has_water, play.has_toilet, play.wheelchair,
        play.stroller, play.age_from, NULLIF(play.surface, ''),
        CASE WHEN cardinality(play.equipment) > 0 THEN TRUE END,
        school.classrooms, school.built_m2, school.yard_m2
    ),
    CASE WHEN play.id IS NOT NULL THEN 9 WHEN school.id IS NOT NULL THEN 3 ELSE 0 END,
    school.built_m2
FROM spatial_data_placeversion AS version
LEFT JOIN spatial_data_playspace AS play ON play.place_version_id = version.id
LEFT JOIN spatial_data_schoolbuilding AS school ON school.place_version_id = version.id
WHERE version.layer_version_id = %(version)s AND version.valid @> %(day)s::date;
