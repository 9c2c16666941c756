"""PostgreSQL dies in the middle of a load: the earlier layers stay, the load can be repeated."""

from __future__ import annotations

from tests.fault.conftest import PATIENCE_S
from tests.fault.held import WAITING, hold, wait_for
from tests.integration.spatial_data import small_folder

ACTIVE = """
    SELECT active.layer, content_hash FROM spatial_data_activelayer AS active
    JOIN spatial_data_layerversion AS version ON version.id = active.version_id
    JOIN bodies_city AS city ON city.id = active.city_id WHERE slug = 'small'
"""
LAST_TABLE = "spatial_data_entrance"


def test_a_load_whose_server_is_killed_leaves_the_earlier_layers_and_can_be_repeated(
    migrated_cluster, tmp_path
) -> None:
    folder = small_folder.write(tmp_path / "small")
    migrated_cluster.manage("load_city", folder)
    before = sorted(migrated_cluster.query(ACTIVE).splitlines())
    assert len(before) == 8

    streets = {number: way for number, way in small_folder.WAYS.items() if number != 101}
    (folder / "map.osm").write_text(small_folder.osm(streets), encoding="utf-8")
    holder = hold(migrated_cluster, LAST_TABLE)
    load = migrated_cluster.begin("load_city", folder)
    wait_for(migrated_cluster, WAITING.format(LAST_TABLE), "1")
    migrated_cluster.kill()
    said, _ = load.communicate(timeout=PATIENCE_S)
    holder.wait(timeout=PATIENCE_S)
    assert load.returncode != 0, said

    migrated_cluster.start()
    assert sorted(migrated_cluster.query(ACTIVE).splitlines()) == before
    assert migrated_cluster.query("SELECT count(*) FROM spatial_data_layerversion") == "8"

    migrated_cluster.manage("load_city", folder)
    after = sorted(migrated_cluster.query(ACTIVE).splitlines())
    changed = {row.split("|")[0] for row in set(after) - set(before)}
    assert changed == {"streets", "buildings", "ground", "places"}
