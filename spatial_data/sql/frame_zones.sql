-- The zones of one layer version, for frames.zones. Leans on: zone_once_per_layer_version.
SELECT zone.code, tier.code, parent.code, version.names, ST_AsBinary(version.outline)
FROM spatial_data_zoneversion AS version
JOIN spatial_data_zone AS zone ON zone.id = version.zone_id
JOIN spatial_data_tier AS tier ON tier.id = version.tier_id
LEFT JOIN spatial_data_zone AS parent ON parent.id = version.parent_id
WHERE version.layer_version_id = %(version)s
ORDER BY zone.code COLLATE "C";
