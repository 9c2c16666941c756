"""The private cluster itself: made, killed, started again, removed."""

from __future__ import annotations

import stat

import pytest

from tools import cluster as clusters


def test_what_was_committed_outlives_a_killed_server(breakable_cluster) -> None:
    breakable_cluster.query("CREATE TABLE kept AS SELECT 7 AS seven")
    breakable_cluster.kill()
    breakable_cluster.start()
    assert breakable_cluster.query("SELECT seven FROM kept") == "7"


def test_the_cluster_speaks_persian_and_listens_on_no_port(breakable_cluster) -> None:
    assert breakable_cluster.query("SHOW server_encoding") == "UTF8"
    assert breakable_cluster.query("SHOW listen_addresses") == ""
    assert breakable_cluster.query("SELECT lower('اطلس')") == "اطلس"
    assert breakable_cluster.query("SELECT length('کودکان')") == "6"


def test_nobody_else_can_enter_its_socket_folder(breakable_cluster) -> None:
    mode = stat.S_IMODE(breakable_cluster.cluster.socket.stat().st_mode)
    assert mode == 0o700


def test_a_socket_folder_that_is_open_to_others_is_refused(tmp_path) -> None:
    folder = tmp_path / "clone"
    socket = clusters.find(folder).socket
    socket.mkdir(mode=0o755)
    socket.chmod(0o755)
    try:
        with pytest.raises(clusters.ClusterError, match="open to others"):
            clusters.start(folder)
    finally:
        socket.rmdir()


def test_two_clones_have_two_clusters(tmp_path) -> None:
    one, other = clusters.find(tmp_path / "one"), clusters.find(tmp_path / "other")
    assert one.data != other.data
    assert one.socket != other.socket


def test_starting_twice_and_removing_twice_is_starting_and_removing_once(tmp_path) -> None:
    folder = tmp_path / "clone"
    try:
        assert clusters.start(folder) == clusters.start(folder)
    finally:
        clusters.remove(folder)
    clusters.remove(folder)
    assert not clusters.find(folder).data.exists()
    assert not clusters.find(folder).socket.exists()
