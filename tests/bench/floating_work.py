"""The access index from the same pairs of child and place: ours and pysal's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from atlas.engine.coverage import thirds
from atlas.engine.pairs import reached_pairs
from atlas.engine.stepped import CostPairs, float_stepped
from atlas.engine.types import MICRO
from tests.bench.cities import REACH_CM, children_at_nodes, nodes_of_places, seats_of
from tests.bench.measuring import once, timed
from tests.bench.streets_work import network_of, shared_at_nodes

AGREE = 1e-6


def _pairs(folder):
    """Every pair within reach, and the children and seats of both sides."""
    network = network_of(folder)
    places = nodes_of_places(network.nodes)
    reached = reached_pairs(shared_at_nodes(network, places)[0], REACH_CM)
    place = np.repeat(np.arange(places.size, dtype=np.int32), np.diff(reached.place_first))
    return reached.point, place, reached.cm, children_at_nodes(network.nodes), seats_of(places.size)


def floating_ours(_city, folder):
    child, place, cm, children, seats = _pairs(folder)

    def work():
        pairs = CostPairs(child, place, cm)
        return float_stepped(pairs, REACH_CM, thirds(), children * MICRO, seats * MICRO)

    seconds, found = timed(work, times=5)
    total = float((found.access * children).sum())
    return {"seconds": seconds, "pairs": int(child.size), "check": total}


def floating_access(_city, folder):
    child, place, cm, children, seats = _pairs(folder)
    # Only in the process that measures it.
    from access import fca, weights  # noqa: PLC0415

    steps = weights.step_fn({REACH_CM / 3: 1.0, 2 * REACH_CM / 3: 0.68, float(REACH_CM): 0.22})
    demand = pd.DataFrame({"demand": children}, index=pd.Index(range(children.size), name="geoid"))
    supply = pd.DataFrame({"supply": seats}, index=pd.Index(range(seats.size), name="geoid"))
    cost = pd.DataFrame({"origin": child, "dest": place, "cost": cm.astype(np.float64)})

    def work():
        return fca.two_stage_fca(demand, supply, cost, max_cost=REACH_CM, weight_fn=steps)

    seconds, found = once(work)
    found = found.iloc[:, 0] if isinstance(found, pd.DataFrame) else found
    arrives = found.reindex(range(children.size)).fillna(0).to_numpy()
    # Where nobody lives in reach, access divides by nothing.
    total = float((arrives[children > 0] * children[children > 0]).sum())
    return {"seconds": seconds, "check": total}
