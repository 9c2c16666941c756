"""Print the slug that the city folder's city.toml gives its city."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path


def main() -> int:
    """Read the file and say what is wrong with it in one line; check_city says it all."""
    file = Path(sys.argv[1]) / "city.toml"
    try:
        print(tomllib.loads(file.read_text(encoding="utf-8"))["city"]["slug"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{file}: no [city] slug can be read ({error})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
