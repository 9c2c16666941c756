-- The zones that each place stands in, one row a tier. Serves the places file of an edition.
-- Leans on: zone_outline_holds_point. On a border the smaller code wins, whatever the server's sorting.
SELECT DISTINCT ON (place_version.id, tier.code)
    place_version.id,
    tier.code AS tier_code,
    zone.code AS zone_code
FROM spatial_data_placeversion AS place_version
JOIN spatial_data_zoneversion AS zone_version
    ON zone_version.layer_version_id = %(zones)s
    AND ST_Intersects(zone_version.outline, place_version.location)
JOIN spatial_data_zone AS zone ON zone.id = zone_version.zone_id
JOIN spatial_data_tier AS tier ON tier.id = zone_version.tier_id
WHERE place_version.layer_version_id = %(places)s
ORDER BY place_version.id, tier.code, zone.code COLLATE "C"
