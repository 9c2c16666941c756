from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from urllib.parse import urlsplit

import brotli
import pytest

from atlas.web.edition import Tier

PAGES = ["", "table/", "zones/N05/", "data/", "panel/", "panel/?zone=N05", "?service=library"]


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("city", ["", "cities/sepidar/"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_in_both_languages_for_home_and_by_name(
    client, language, city, page
) -> None:
    answer = client.get(f"/{language}/{city}{page}")
    assert answer.status_code == 200
    assert answer["Content-Language"] == language


def test_pages_of_another_city_link_to_that_city(client) -> None:
    html = client.get("/en/cities/sepidar/").content.decode()
    assert 'href="/en/cities/sepidar/table/"' in html
    assert 'href="/en/table/"' not in html


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/en/cities/atlantis/", "There is nothing to show yet"),
        ("/en/?edition=1300", "This edition is not here"),
        ("/en/zones/N99/", "This area is not here"),
        ("/fa/zones/N99/", "این محدوده اینجا نیست"),
    ],
)
def test_what_is_not_there_is_said_in_words(client, path, text) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert text in answer.content.decode()


def test_without_any_city_the_home_page_says_what_to_do(client, settings, tmp_path) -> None:
    settings.ATLAS_EDITIONS, settings.ATLAS_HOME = tmp_path, ""
    answer = client.get("/en/")
    assert answer.status_code == 404
    assert "./run atlas --city FOLDER" in answer.content.decode()


@pytest.mark.parametrize(("asked", "given"), [("en-GB,en", "/en/"), ("fa", "/fa/")])
def test_the_front_door_speaks_the_readers_language(client, asked, given) -> None:
    answer = client.get("/", headers={"accept-language": asked})
    assert (answer.status_code, answer["Location"]) == (302, given)


def test_pages_may_stand_in_a_frame_and_run_no_script_of_others(client) -> None:
    answer = client.get("/en/")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in answer


def files(client):
    config = client.get("/en/").context["config"]
    return config["files"]


def test_the_map_hears_of_what_it_draws_and_of_no_table(client) -> None:
    roles = set(files(client))
    assert {"places", "zones/district", "values/neighbourhood/need"} <= roles
    assert not [role for role in roles if role.startswith("table/")]


@pytest.mark.parametrize(
    ("query", "roles"),
    [
        ("", ["zones/neighbourhood", "values/neighbourhood/need", "zones/district"]),
        ("?tier=district", ["zones/district", "values/district/need"]),
        (
            "?service=library",
            ["zones/neighbourhood", "values/neighbourhood/library", "zones/district"],
        ),
    ],
)
def test_a_page_asks_at_once_for_what_its_map_draws_first(client, query, roles) -> None:
    answer = client.get(f"/en/{query}")
    known = files(client)
    assert answer.context["first_files"] == [known[role] for role in roles]
    assert all(f'href="{known[role]}"' in answer.content.decode() for role in roles)


def test_the_finest_of_the_coarser_tiers_of_a_tree_lies_above(edition) -> None:
    def tier(code, tree, depth):
        return Tier(code=code, names={}, tree=tree, depth=depth, zones=1)

    tiers = (tier("a", "x", 0), tier("b", "x", 1), tier("c", "x", 2), tier("d", "y", 0))
    city = replace(edition, tiers=tiers)
    assert [above and above.code for above in map(city.tier_above, "abcd")] == [
        None,
        "a",
        "b",
        None,
    ]


def test_an_editions_file_is_kept_for_ever(client) -> None:
    answer = client.get(files(client)["zones/neighbourhood"])
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert len(json.loads(b"".join(answer))["features"]) == 40
    again = client.get(
        files(client)["zones/neighbourhood"], headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("taken", "way", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("broken, x-gzip-not", None, bytes),
        ("", None, bytes),
    ],
)
def test_an_editions_file_is_packed_as_its_reader_takes_it(client, taken, way, unpack) -> None:
    address = files(client)["zones/neighbourhood"]
    answer = client.get(address, headers={"accept-encoding": taken})
    assert answer.headers.get("Content-Encoding") == way
    plain = b"".join(client.get(address))
    assert unpack(b"".join(answer)) == plain
    if way:
        assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [
        ("bytes=0-9", 206, 10),
        ("bytes=-5", 206, 5),
        ("bytes=10-", 206, None),
        ("bytes=99999999-", 416, 0),
    ],
)
def test_a_part_of_a_file_is_answered_as_asked(client, asked, status, length) -> None:
    address = files(client)["places"]
    whole = b"".join(client.get(address))
    answer = client.get(address, headers={"range": asked})
    assert answer.status_code == status
    if status == 206:
        first, last = answer["Content-Range"].removeprefix("bytes ").split("/")[0].split("-")
        assert answer.content == whole[int(first) : int(last) + 1]
        assert length in {None, len(answer.content)}


@pytest.mark.parametrize(
    "path",
    [
        "/editions/sepidar/1405.1/../../../etc/passwd",
        "/editions/sepidar/1405.1/%2e%2e/%2e%2e/secret",
        "/editions/sepidar/1405.9/places.json",
        "/editions/../sepidar/manifest.json",
    ],
)
def test_only_what_the_manifest_lists_is_given_out(client, path) -> None:
    assert client.get(path).status_code == 404


def test_the_manifest_is_given_out(client) -> None:
    answer = client.get("/editions/sepidar/1405.1/manifest.json")
    assert json.loads(answer.content)["city"]["slug"] == "sepidar"


def test_the_csv_says_what_it_holds(client) -> None:
    answer = client.get("/fa/figures.csv?service=library&band=6-11&sex=girl")
    assert answer["Content-Disposition"].endswith(
        '"sepidar_1405.1_neighbourhood_library_6-11_girl.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 40
    for row in rows:
        if row["children"]:
            parts = sum(int(row[name]) for name in ("served", "full", "out", "unknown"))
            assert int(row["children"]) == parts
        else:
            assert row["reason"]


def test_the_geojson_holds_the_same_zones(client) -> None:
    answer = json.loads(client.get("/en/figures.geojson?tier=district").content)
    assert [feature["id"] for feature in answer["features"]] == ["D1", "D2", "D3", "D4"]
    assert answer["features"][0]["properties"]["need_0_100"] is not None


def test_the_language_link_keeps_the_page(client) -> None:
    html = client.get("/fa/table/?service=library").content.decode()
    assert 'href="/en/table/?service=library"' in html


def test_no_page_names_another_host(client) -> None:
    for page in PAGES[:4]:
        html = client.get(f"/en/{page}").content.decode()
        sources = [part.split('"')[0] for part in html.split('src="')[1:]]
        assert [s for s in sources if urlsplit(s).netloc] == []
