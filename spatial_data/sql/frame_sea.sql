-- The sea of one version of the ground, for frames.sea.
SELECT code, ST_AsBinary(shape)
FROM spatial_data_groundfeature
WHERE layer_version_id = %(version)s AND kind = 'sea'
ORDER BY code COLLATE "C";
