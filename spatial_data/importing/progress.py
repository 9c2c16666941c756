"""Shows how far a load is, to a person in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def steps(stream: TextIO) -> Callable[[Iterable[str]], Iterator[str]]:
    """Return a wrapper of steps that names the one at work."""

    def shown(names: Iterable[str]) -> Iterator[str]:
        bar = tqdm(list(names), file=stream, unit="step", disable=not stream.isatty())
        for name in bar:
            bar.set_description(name)
            yield name

    return shown
