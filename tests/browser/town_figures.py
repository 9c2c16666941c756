"""The figures of the invented city, in the form of an edition's files."""

from __future__ import annotations

from typing import Any

from tests.browser.town import BANDS, SERVICES, SEXES

# Of this zone only the class is published.
WITHHELD = "N03"
WORST = 10
ROBUST_PERCENT = 81


def margin(split: dict[str, list[int]], band: str, sex: str) -> list[int] | None:
    """Sum the leaf groups that `band` and `sex` name; None where the service does not apply."""
    own = [
        v
        for g, v in split.items()
        if band in {"all", g.split("/")[0]} and sex in {"all", g.split("/")[1]}
    ]
    return [sum(v[k] for v in own) for k in range(4)] if own else None


def gap(four: list[int]) -> float | None:
    """Return the share not served of the children we know about; None above the limit."""
    children = sum(four)
    if not children or four[3] * 3 > children:
        return None
    return (four[1] + four[2]) / (children - four[3])


def service_values(rows: list[dict[str, Any]], service: str) -> dict[str, Any]:
    """Return values/<tier>/<service>."""
    groups = {}
    for band in ["all", *BANDS]:
        for sex in ("all", *SEXES):
            groups[f"{band}/{sex}"] = group_columns(rows, service, band, sex)
    reach = SERVICES[service][4]
    seats = service in {"primary_school", "kindergarten"}
    return {
        "zones": [r["code"] for r in rows],
        "groups": groups,
        "reach_m": reach,
        "provision": dict.fromkeys(reach, 1 if seats else 10) | {"unit": "seat" if seats else "m2"},
        "completeness": {
            "grade": [
                0 if service == "library" and i in {11, 12} else 1 + i % 3 for i in range(len(rows))
            ],
            "evidence": [{"places": 1 + i % 4} for i in range(len(rows))],
        },
    } | safe_route(service, len(rows))


def safe_route(service: str, zones: int) -> dict[str, Any]:
    """Return how safely those who walk alone reach a service that is for them."""
    own = [band for band in ("12-14", "15-17") if band in SERVICES[service][4]]
    tenths = [None if i % 7 == 6 else 1 + i % 9 for i in range(zones)]
    return {"safe_route": {"bands": own, "tenths": tenths}} if own else {}


def group_columns(rows: list[dict[str, Any]], service: str, band: str, sex: str) -> dict[str, Any]:
    """Return the columns of one group; small groups are withheld."""
    names = ("children", "served", "full", "out", "unknown", "short")
    columns: dict[str, list[Any]] = {n: [] for n in (*names, "reason", "quality", "flags")}
    for row in rows:
        four = margin(row["split"][service], band, sex)
        reason = "not_applicable" if four is None else None
        if four is not None and (band, sex) != ("all", "all") and 0 < sum(four) < 10:
            reason = "suppressed"
        figures = [None] * 6 if reason or four is None else [sum(four), *four, four[1] + four[2]]
        for name, figure in zip(names, figures, strict=True):
            columns[name].append(figure)
        columns["reason"].append(reason)
        columns["quality"].append(None if reason else "estimated")
        columns["flags"].append(["capacity_unknown"] if service == "library" else [])
    return columns


def need_values(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return values/<tier>/need."""
    weight = 1 / len(SERVICES)
    gaps = [
        {s: gap(margin(r["split"][s], "all", "all") or [0] * 4) for s in SERVICES} for r in rows
    ]
    scored = [score_of(g, weight) for g in gaps]
    children = [sum(r["groups"].values()) for r in rows]
    few = [c < 100 for c in children]
    ranked = sorted(
        (i for i, s in enumerate(scored) if s[0] is not None and not few[i]),
        key=lambda i: -(scored[i][0] or 0),
    )
    withheld = [r["code"] == WITHHELD for r in rows]
    rank = {i: k + 1 for k, i in enumerate(ranked) if not withheld[i]}
    classes = [None if s[0] is None else min(5, 1 + int(s[0] // 20)) for s in scored]
    told = [(None,) * 3 if withheld[i] else s[:3] for i, s in enumerate(scored)]
    columns = {
        "need": [t[0] for t in told],
        "lo": [t[1] for t in told],
        "hi": [t[2] for t in told],
        "class": classes,
        "rank": [rank.get(i) for i in range(len(rows))],
        "ranked_of": len(ranked),
        **trials(rank, len(rows)),
        "children": children,
        "girls": [sum(v for g, v in r["groups"].items() if g.endswith("girl")) for r in rows],
        "boys": [sum(v for g, v in r["groups"].items() if g.endswith("boy")) for r in rows],
        "quality": ["estimated"] * len(rows),
        "reason": [
            "suppressed" if withheld[i] else "missing" if s[0] is None else None
            for i, s in enumerate(scored)
        ],
        "flags": [["few_children"] if f else [] for f in few],
        "data_grade": [0 if s[0] is None else 1 + i % 3 for i, s in enumerate(scored)],
        "bands": {
            g: [None if few[i] else r["groups"][g] for i, r in enumerate(rows)]
            for g in rows[0]["groups"]
        },
    }
    return {
        "zones": [r["code"] for r in rows],
        "columns": columns,
        "contributions": {
            s: [None if told[i][0] is None else scored[i][3].get(s) for i in range(len(rows))]
            for s in SERVICES
        },
        "without": {},
        "not_served": {
            s: [sum((margin(r["split"][s], "all", "all") or [0] * 4)[1:3]) for r in rows]
            for s in SERVICES
        },
        "why": [[] if told[i][0] is None else why(r, gaps[i]) for i, r in enumerate(rows)],
    }


def trials(rank: dict[int, int], zones: int) -> dict[str, Any]:
    """Return how sure each rank is: surer at both ends; nothing is asked of ten zones or fewer."""
    last = len(rank)
    low = {i: max(1, r - min(3, r // 2)) for i, r in rank.items()}
    high = {i: min(last, r + min(4, 1 + r // 2)) for i, r in rank.items()}
    share = {i: min(100, max(0, 100 - 8 * max(0, r - 4))) for i, r in rank.items()}
    is_asked = last > WORST

    def column(own: dict[int, Any]) -> list[Any]:
        return [own.get(i) for i in range(zones)]

    return {
        "rank_low": column(low),
        "rank_high": column(high),
        "worst": WORST if is_asked else None,
        "in_worst_percent": column(share if is_asked else {}),
        "robust": column({i: s > ROBUST_PERCENT for i, s in share.items()} if is_asked else {}),
    }


def score_of(
    gaps: dict[str, float | None], weight: float
) -> tuple[Any, Any, Any, dict[str, float]]:
    """Return the score, its interval and its contributions; no score when too much is missing."""
    known = {s: g for s, g in gaps.items() if g is not None}
    low = 100 * sum(known.values()) * weight
    high = low + 100 * weight * (len(gaps) - len(known))
    if len(known) * 3 < len(gaps) * 2:
        return None, round(low, 6), round(high, 6), {}
    need = 100 * sum(known.values()) / len(known)
    parts = {s: round(100 * g / len(known), 6) for s, g in known.items()}
    return round(need, 6), round(low, 6), round(high, 6), parts


def why(row: dict[str, Any], gaps: dict[str, float | None]) -> list[dict[str, Any]]:
    """Return the records behind the three sentences."""
    known = sorted((s for s in gaps if gaps[s] is not None), key=lambda s: -(gaps[s] or 0))
    out = []
    for service in known[:2]:
        four = margin(row["split"][service], "all", "all") or [0] * 4
        kind, count = ("out", four[2]) if four[2] >= four[1] else ("full", four[1])
        out.append(record(kind, service, count, sum(four)))
    four = margin(row["split"][known[-1]], "all", "all") or [0] * 4
    out.append(record("served", known[-1], four[0], sum(four)))
    return out


def record(kind: str, service: str, count: int, of: int) -> dict[str, Any]:
    """Return one why-record."""
    reach = set(SERVICES[service][4].values())
    return {
        "kind": kind,
        "service": service,
        "group": "all/all",
        "count": count,
        "of": of,
        "reach_m": reach.pop() if len(reach) == 1 else None,
    }
