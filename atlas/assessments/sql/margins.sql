-- Every sum of one assessment's results over bands, sexes and both, with their worst quality and all flags.
-- Leans on: result_once_per_zone_service_group. A group a service does not apply to adds nothing.
SELECT
    zone.code AS zone,
    result.service,
    COALESCE(result.band, 'all') AS band,
    COALESCE(result.sex, 'all') AS sex,
    SUM(result.children_micro)::bigint AS everyone,
    COALESCE(SUM(result.children_micro) FILTER (WHERE result.reason = ''), 0)::bigint AS children,
    COALESCE(SUM(result.served_micro), 0)::bigint AS served,
    COALESCE(SUM(result.full_micro), 0)::bigint AS "full",
    COALESCE(SUM(result.out_micro), 0)::bigint AS "out",
    COALESCE(SUM(result.unknown_micro), 0)::bigint AS unknown,
    SUM(result.short_micro)::bigint AS short,
    CASE
        WHEN BOOL_OR(result.reason = '') THEN ''
        WHEN BOOL_OR(result.reason = 'missing') THEN 'missing'
        ELSE MIN(result.reason)
    END AS reason,
    CASE WHEN BOOL_OR(result.quality = 'estimated') THEN 'estimated' ELSE 'measured' END AS quality,
    BOOL_OR('capacity_unknown' = ANY (result.flags)) AS capacity_unknown,
    BOOL_OR('incomplete_data' = ANY (result.flags)) AS incomplete_data,
    BOOL_OR('edge' = ANY (result.flags)) AS edge
FROM assessments_result AS result
JOIN spatial_data_zone AS zone ON zone.id = result.zone_id
WHERE result.assessment_id = %(assessment)s
GROUP BY GROUPING SETS (
    (zone.code, result.service, result.band, result.sex),
    (zone.code, result.service, result.band),
    (zone.code, result.service, result.sex),
    (zone.code, result.service)
)
