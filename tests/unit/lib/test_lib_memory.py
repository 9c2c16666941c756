"""What this machine can still hold."""

from __future__ import annotations

from atlas.lib.memory import free_bytes


def test_what_linux_calls_available_is_free(tmp_path, monkeypatch):
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 2000 kB\nMemFree: 10 kB\nMemAvailable: 1500 kB\n", encoding="ascii")
    monkeypatch.setattr("atlas.lib.memory.MEMINFO", told)
    assert free_bytes() == 1500 * 1024


def test_where_nobody_tells_all_of_the_machine_is_taken_for_free(tmp_path, monkeypatch):
    monkeypatch.setattr("atlas.lib.memory.MEMINFO", tmp_path / "absent")
    assert free_bytes() > 1 << 26
