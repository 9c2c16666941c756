-- The entrances of places that are valid on a day, for frames.places.
SELECT entrance.place_version_id, ST_AsBinary(entrance.location), entrance.origin
FROM spatial_data_entrance AS entrance
JOIN spatial_data_placeversion AS version ON version.id = entrance.place_version_id
WHERE version.layer_version_id = %(version)s AND version.valid @> %(day)s::date
ORDER BY entrance.id;
