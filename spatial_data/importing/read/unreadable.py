"""What a file that cannot be read as it is says of itself."""

from __future__ import annotations


class UnreadableError(Exception):
    """The file cannot be read as it is; `cure` says what to do."""

    def __init__(self, *, problem: str, cure: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.cure = cure

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        """Let it travel from the process that reads a file to the one that asked."""
        return _again, (self.problem, self.cure)


def _again(problem: str, cure: str) -> UnreadableError:
    return UnreadableError(problem=problem, cure=cure)
