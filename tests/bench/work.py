"""One work measured in a process of its own: ``python -m tests.bench.work WORK CITY FOLDER``."""

from __future__ import annotations

import json
import sys

from tests.bench import doubt_work, floating_work, growth_work, rank_work, siting, streets_work
from tests.bench.cities import CITIES
from tests.bench.country import country_ours
from tests.bench.what_if import what_if_ours

WORKS = {
    work.__name__: work
    for work in (
        streets_work.build_ours,
        streets_work.nearest_ours,
        streets_work.nearest_scipy,
        streets_work.nearest_pandana,
        streets_work.catchments_ours,
        streets_work.catchments_scipy,
        streets_work.catchments_pandana,
        streets_work.assessment_ours,
        floating_work.floating_ours,
        floating_work.floating_access,
        rank_work.ranks_ours,
        rank_work.ranks_numpy,
        doubt_work.doubt_ours,
        doubt_work.doubted_assessment_ours,
        what_if_ours,
        siting.most_served_ours,
        siting.most_served_spopt,
        siting.least_walking_ours,
        growth_work.growth_ours,
        country_ours,
    )
}


def main():
    """Measure one work and print what was found as JSON."""
    name, city, folder = sys.argv[1:]
    chosen = next((one for one in CITIES if one.name == city), None)
    sys.stdout.write(f"\n{json.dumps(WORKS[name](chosen, folder))}\n")


if __name__ == "__main__":
    main()
