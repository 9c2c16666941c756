"""Addresses of pages: the home city's are short, another city's name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from atlas.web.edition import Edition, EditionFile
    from atlas.web.queries import Shown

# Stands in an address for what the page's script puts there.
ZONE = "ZONE"
# What the map draws or searches; tables are for people, who find them on the open-data page.
DRAWN = {"basemap", "places", "values", "zones"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses around one state of one city."""

    shown: Shown

    def page(self, name: str, **parts: str) -> str:
        """Return a page's address without a state."""
        if self.shown.is_home:
            return reverse(f"web:{name}", kwargs=parts)
        slug = self.shown.edition.city.slug
        return reverse(f"web:city:{name}", kwargs={"slug": slug, **parts})

    def query(self, **changes: str) -> str:
        """Return the query of the state, changed."""
        return self.shown.state.query(start=self.shown.start, **changes)

    @property
    def map_page(self) -> str:
        """The map's address without a state, where the map sentence sends its choices."""
        return self.page("map")

    @property
    def table_page(self) -> str:
        """The table's address without a state."""
        return self.page("table")

    def map(self, **changes: str) -> str:
        """Return the map in this state, changed."""
        return self.page("map") + self.query(**changes)

    def table(self, **changes: str) -> str:
        """Return the table in this state, changed."""
        return self.page("table") + self.query(**changes)

    def zone(self, code: str) -> str:
        """Return a zone's own page."""
        return self.page("zone", code=code) + self.query(zone="", at="", sort="")

    def data(self) -> str:
        """Return the open-data page."""
        return self.page("data") + self.query(zone="", at="", sort="")

    def figures(self, ending: str) -> str:
        """Return the figures shown, as a file."""
        return self.page("figures", ending=ending) + self.query(zone="", at="", sort="")


def file_address(edition: Edition, file: EditionFile) -> str:
    """Return the stable address of one file of an edition."""
    return reverse(
        "files:edition-file",
        kwargs={"slug": edition.city.slug, "name": edition.name, "path": file.path},
    )


def drawn_files(edition: Edition) -> dict[str, str]:
    """Return the address of every file that the map may draw, by its role."""
    drawn = {r: file for r, file in edition.files.items() if r.partition("/")[0] in DRAWN}
    return {role: file_address(edition, file) for role, file in drawn.items()}
