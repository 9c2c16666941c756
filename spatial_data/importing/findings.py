"""What the import has to say: faults that refuse a folder, and notes on what was repaired."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Weight = Literal["fault", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one spot of one file, with what to do about it."""

    weight: Weight
    file: str
    spot: str
    problem: str
    cure: str = ""

    def __str__(self) -> str:
        """Say it in one line, as ``check_city`` prints it."""
        where = f"{self.file}, {self.spot}" if self.spot else self.file
        cure = f" Cure: {self.cure}" if self.cure else ""
        return f"{self.weight}: {where}: {self.problem}{cure}"


class FolderRefusedError(Exception):
    """The folder has faults; nothing was loaded."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


@dataclass(slots=True)
class Findings:
    """All that was found so far, in the order it was found."""

    items: list[Finding] = field(default_factory=list)

    def __iter__(self) -> Iterator[Finding]:
        """Go through the findings in the order they were made."""
        return iter(self.items)

    def __len__(self) -> int:
        """Count the findings of every weight."""
        return len(self.items)

    def fault(self, file: str, spot: str, problem: str, cure: str = "") -> None:
        """Note what forbids loading."""
        self._add(Finding("fault", file, spot, problem, cure))

    def warning(self, file: str, spot: str, problem: str, cure: str = "") -> None:
        """Note what a steward should look at, though it can be loaded."""
        self._add(Finding("warning", file, spot, problem, cure))

    def note(self, file: str, spot: str, problem: str) -> None:
        """Note what was repaired or left out."""
        self._add(Finding("note", file, spot, problem))

    def _add(self, finding: Finding) -> None:
        """Say a thing once: the same file may be read for two layers."""
        if finding not in self.items:
            self.items.append(finding)

    @property
    def faults(self) -> list[Finding]:
        """What forbids loading."""
        return [finding for finding in self.items if finding.weight == "fault"]

    def refuse_if_faulty(self) -> None:
        """
        Stop here when anything forbids loading.

        Raises
        ------
        FolderRefusedError
            With every fault, not the first alone.
        """
        if self.faults:
            raise FolderRefusedError(self.faults)
