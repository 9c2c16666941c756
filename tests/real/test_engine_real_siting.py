"""San Francisco's 205 tracts and 16 stores, as spopt's own tests publish them."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from atlas.engine.siting.candidates import Allowance, Candidates
from atlas.engine.siting.catchments import catchments_of_matrix
from atlas.engine.siting.least_walking import least_walking, walk_now
from atlas.engine.siting.most_served import most_served, within
from atlas.engine.siting.proposal import Effort, Standing

PARTS = 10_000
REACH_M = 5_000


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class SanFrancisco:
    """Metres along the streets from each tract to each store, and who lives there."""

    def __init__(self, folder):
        walks = read(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
        tracts = read(folder / "SF_demand_205_centroid_uniform_weight.csv")
        of = {row["NAME"]: int(row["POP2000"]) for row in tracts}
        self.tracts = sorted({row["DestinationName"] for row in walks})
        self.stores = sorted({row["name"] for row in walks})
        self.cost_m = np.full((len(self.tracts), len(self.stores)), np.inf)
        for row in walks:
            at = self.tracts.index(row["DestinationName"]), self.stores.index(row["name"])
            self.cost_m[at] = float(row["distance"])
        self.people = np.array([of[name] for name in sorted(of)])
        self.expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    def candidates(self):
        return Candidates(np.array(self.stores))

    def named(self, proposal):
        return sorted(self.stores[j] for j in proposal.chosen.tolist())


@pytest.fixture(scope="module")
def san_francisco(real_data):
    return SanFrancisco(real_data / "reference" / "spopt_sf")


@pytest.mark.parametrize("count", [3, 4, 5])
def test_the_mean_walk_to_the_best_stores_is_the_published_one(san_francisco, count):
    sf = san_francisco
    reached = catchments_of_matrix(sf.cost_m, parts=PARTS)
    now = walk_now(reached, len(sf.tracts), None, None)
    allowance = Allowance(count=count)
    *_, best = least_walking(sf.candidates(), reached, sf.people, now, allowance, Effort())
    walking = int((sf.people * now.astype(np.int64)).sum()) - best.value
    published = sf.expected["computed_here_CBC_optimal"][f"p_median_p{count}"]
    assert walking / PARTS / sf.people.sum() == pytest.approx(published["mean_weighted"], abs=1e-4)
    assert sf.named(best) == published["sites"]
    assert best.standing is Standing.PROVEN
    if count == 4:
        mean = sf.expected["published"]["p_median_p4_mean_weighted_distance"]
        assert walking / PARTS / sf.people.sum() == pytest.approx(mean, abs=1e-4)


def test_four_stores_leave_as_many_tracts_uncovered_as_published(san_francisco):
    sf = san_francisco
    reached = within(catchments_of_matrix(sf.cost_m, parts=PARTS), REACH_M * PARTS)
    allowance = Allowance(count=4)
    *_, best = most_served(sf.candidates(), reached, sf.people, allowance, Effort())
    covered = (sf.cost_m[:, best.chosen] <= REACH_M).any(axis=1)
    published = sf.expected["published"]
    assert int((~covered).sum()) == published["mclp_p4_R5000_uncovered_tracts"]
    assert 100 * covered.mean() == pytest.approx(published["mclp_p4_R5000_pct_tracts_covered"])
    solved = sf.expected["computed_here_CBC_optimal"]["mclp_p4_R5000"]
    assert (best.value, sf.named(best)) == (solved["population_covered"], solved["sites"])
    assert best.standing is Standing.PROVEN
