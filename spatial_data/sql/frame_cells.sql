-- The cells of one layer version, for frames.cells. Leans on: cell_code_unique_in_version.
SELECT code, ST_AsBinary(outline), outside
FROM spatial_data_cell
WHERE layer_version_id = %(version)s
ORDER BY code COLLATE "C";
