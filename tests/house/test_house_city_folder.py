from __future__ import annotations

from spatial_data.importing.key_reference import reference


def test_the_paper_on_the_city_folder_documents_every_key_as_it_is_declared(root) -> None:
    written = (root / "docs" / "city-folder.md").read_text(encoding="utf-8")
    assert reference() in written, "paste the output of ./run manage check_city --keys"
