"""Children allotted to sites with capacities so that most are served: augmenting paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from atlas.engine.kernels.compiled import kernel

if TYPE_CHECKING:
    from atlas.engine.types import Int32, Int64

HERE, UNSEEN = -1, -2


class Links(NamedTuple):
    """
    Who could serve whom: s sites, c classes of points, e links.

    `first` (s + 1,) where each site's links start; `group` (e,) the class of each link;
    `back_first` (c + 1,) and `back` (e,) the links of each class; `site` (e,).
    """

    first: Int64
    group: Int32
    back_first: Int64
    back: Int64
    site: Int32


@kernel
def links_of(first: Int64, site: Int32, sites: int) -> Links:
    """Return the links of classes given as a CSR of the sites that serve each."""
    classes, links = first.shape[0] - 1, site.shape[0]
    start = np.zeros(sites + 1, np.int64)
    for e in range(links):
        start[site[e] + 1] += 1
    for j in range(sites):
        start[j + 1] += start[j]
    place = start[:-1].copy()
    group, owner = np.empty(links, np.int32), np.empty(links, np.int32)
    back = np.empty(links, np.int64)
    for c in range(classes):
        for e in range(first[c], first[c + 1]):
            at = place[site[e]]
            group[at], owner[at], back[e] = c, site[e], at
            place[site[e]] = at + 1
    return Links(start, group, first, back, owner)


@kernel
def serve_from(links: Links, flow: Int64, unserved: Int64, site: int, capacity: int) -> int:
    """
    Open a site and allot children anew so that most are served; return how many more.

    Parameters
    ----------
    links
        Who could serve whom.
    flow
        Children of each link, shape (e,); changed.
    unserved
        Children of each class whom nobody serves, shape (c,); changed.
    site, capacity
        Which site opens, and for how many. Those served stay served, if by others.

    Returns
    -------
    more
        Source: augmenting paths, Ford & Fulkerson 1956; shortest first, Edmonds & Karp 1972.
    """
    first, group, back_first, back = links.first, links.group, links.back_first, links.back
    sites, classes = first.shape[0] - 1, unserved.shape[0]
    by_link, from_link = np.empty(classes, np.int64), np.empty(sites, np.int64)
    queue = np.empty(sites, np.int64)
    left, more = capacity, 0
    while left > 0:
        by_link[:] = -1
        from_link[:] = UNSEEN
        from_link[site] = HERE
        queue[0] = site
        head, tail, end = 0, 1, -1
        while head < tail and end < 0:
            j = queue[head]
            head += 1
            for e in range(first[j], first[j + 1]):
                c = group[e]
                if by_link[c] >= 0:
                    continue
                by_link[c] = e
                if unserved[c] > 0:
                    end = c
                    break
                for t in range(back_first[c], back_first[c + 1]):
                    other = back[t]
                    k = links.site[other]
                    if flow[other] > 0 and from_link[k] == UNSEEN:
                        from_link[k] = other
                        queue[tail] = k
                        tail += 1
        if end < 0:
            break
        amount = min(left, unserved[end])
        j = links.site[by_link[end]]
        while from_link[j] >= 0:
            amount = min(amount, flow[from_link[j]])
            j = links.site[by_link[group[from_link[j]]]]
        unserved[end] -= amount
        flow[by_link[end]] += amount
        j = links.site[by_link[end]]
        while from_link[j] >= 0:
            taken = from_link[j]
            flow[taken] -= amount
            flow[by_link[group[taken]]] += amount
            j = links.site[by_link[group[taken]]]
        left -= amount
        more += amount
    return more
