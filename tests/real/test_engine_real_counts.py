"""Counts of real cities through the fit, as published."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from atlas.engine.demand import (
    ControlTotals,
    CountQuality,
    PublishedCounts,
    ShareTable,
    fit_counts,
)

MICRO = 1_000_000
FIVE_YEARS = ((0, 5, "q_0_4"), (5, 10, "q_5_9"), (10, 15, "q_10_14"), (15, 20, "q_15_19"))
REGISTER = (
    (0, 3, "poblacion_00a02"),
    (3, 6, "poblacion_03a05"),
    (6, 12, "poblacion_06a11"),
    (12, 16, "poblacion_12a15"),
    (16, 18, "poblacion_16a17"),
    (0, 18, "poblacion_00a17"),
)
# The table codes women 1 and men 0; the atlas girls 0 and boys 1.
SEX = {"1": 0, "0": 1}


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def columns(rows):
    index, lower, upper, sex, count = zip(*rows, strict=True)
    number = np.array([np.nan if c in {"NA", ""} else float(c) for c in count])
    return (
        np.array(index, np.int32),
        np.array(lower, np.int16),
        np.array(upper, np.int16),
        np.array(sex, np.int8),
        number,
        np.where(np.isnan(number), 2, 0).astype(np.uint8),
    )


@pytest.fixture(scope="module")
def las_palmas(real_data):
    folder = real_data / "las-palmas"
    sections = sorted(read(folder / "sections_2022_population.csv"), key=lambda r: r["cusec"])
    cell_of = {r["cusec"]: i for i, r in enumerate(sections)}
    counts = PublishedCounts(
        *columns([(i, 0, 15, -1, r["poblacion_00a14"]) for i, r in enumerate(sections)])
    )
    of_2015 = [
        r
        for r in read(folder / "medea_population_by_section_sex_5yr_2011_2015.csv")
        if r["year"] == "2015"
    ]
    known = [r for r in of_2015 if r["seccion"] in cell_of]
    cells = np.arange(len(sections))
    has_2015 = np.isin([r["cusec"] for r in sections], [r["seccion"] for r in known])
    by_section = ShareTable(
        np.where(has_2015, cells, -1).astype(np.int32),
        *columns(
            [
                (cell_of[r["seccion"]], a, b, SEX[r["sexo"]], r[name])
                for r in known
                for a, b, name in FIVE_YEARS
            ]
        ),
    )
    whole = {(a, b, s): 0.0 for a, b, _ in FIVE_YEARS for s in (0, 1)}
    for r in of_2015:
        for a, b, name in FIVE_YEARS:
            whole[a, b, SEX[r["sexo"]]] += float(r[name])
    city = ShareTable(
        np.zeros(len(sections), np.int32), *columns([(0, *k, n) for k, n in whole.items()])
    )
    (of_2022,) = [
        r
        for r in read(folder / "municipality_age_bands_2008_2022.csv")
        if r["date"] == "2022-01-01"
    ]
    totals = ControlTotals(
        np.ones((1, len(sections)), bool),
        *columns([(0, a, b, -1, of_2022[name]) for a, b, name in REGISTER]),
    )
    fitted = fit_counts(len(sections), counts, shares=[by_section, city], controls=totals)
    return sections, fitted, has_2015


def test_bands_of_las_palmas_are_those_of_the_register_exactly(las_palmas) -> None:
    _, fitted, _ = las_palmas
    bands = fitted.children_micro.sum(axis=0).reshape(5, 2).sum(axis=1)
    assert bands.tolist() == [n * MICRO for n in (5351, 7505, 17907, 10624, 11566)]
    assert bands[:4].sum() == 41_387 * MICRO
    assert bands.sum() == 52_953 * MICRO
    assert fitted.contradictions == ()


def test_every_section_keeps_its_children_under_fifteen(las_palmas) -> None:
    sections, fitted, _ = las_palmas
    under_15 = fitted.children_micro[:, :8].sum(axis=1)
    assert under_15.tolist() == [int(r["poblacion_00a14"]) * MICRO for r in sections]
    assert fitted.children_micro.min() >= 0


def test_sexes_are_estimated_from_2015_and_say_so(las_palmas) -> None:
    _, fitted, has_2015 = las_palmas
    assert (fitted.quality == CountQuality.ESTIMATED).all()
    assert (~has_2015).sum() == 4
    boys = fitted.children_micro[:, 1::2].sum() / fitted.children_micro.sum()
    # 2015: 35,251 boys of 69,215 under 20.
    assert boys == pytest.approx(35_251 / 69_215, abs=0.002)
    # A section without 2015 takes the city's shape, not halves.
    four = fitted.children_micro[~has_2015]
    assert (four[:, 1::2].sum(axis=1) / four.sum(axis=1)) == pytest.approx(
        np.full(4, 0.512), abs=0.005
    )


def test_adolescents_follow_the_section_not_the_mean(las_palmas) -> None:
    _, fitted, _ = las_palmas
    share = fitted.children_micro[:, 8:].sum(axis=1) / fitted.children_micro.sum(axis=1)
    assert share.min() < 0.15
    assert share.max() > 0.30


def test_iranian_counties_split_by_the_fractions_of_the_domain(real_data) -> None:
    rows = read(real_data / "iran-counties" / "iran2016_county_sex_age_long.csv")
    children = [r for r in rows if r["age_group"] in {"0-4", "5-9", "10-14", "15-19"}]
    codes = sorted({(r["province_code"], r["county_code"], r["county_name"]) for r in children})
    cell_of = {code: i for i, code in enumerate(codes)}
    table = np.zeros((len(codes), 4, 2), np.int64)
    published = []
    for r in children:
        cell = cell_of[r["province_code"], r["county_code"], r["county_name"]]
        lower = int(r["age_group"].split("-")[0])
        for sex, name in enumerate(("female", "male")):
            table[cell, lower // 5, sex] = int(r[name])
            published.append((cell, lower, lower + 5, sex, r[name]))
    assert (len(codes), table[:, :3].sum()) == (429, 19_192_665)
    fitted = fit_counts(len(codes), PublishedCounts(*columns(published)))
    found = fitted.children_micro.reshape(-1, 5, 2)
    g0, g5, g10, g15 = (table[:, k] * MICRO for k in range(4))
    expected = (
        g0 * 3 // 5,
        g0 * 2 // 5 + g5 // 5,
        g5 * 4 // 5 + g10 * 2 // 5,
        g10 * 3 // 5,
        g15 * 3 // 5,
    )
    for band, micro in enumerate(expected):
        assert (found[:, band] == micro).all()
    assert found[:, :4].sum() == 19_192_665 * MICRO
