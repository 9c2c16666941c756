from __future__ import annotations

from django.utils import translation

from tools.data_dictionary import dictionary


def test_the_data_dictionary_says_what_the_models_say(texts) -> None:
    with translation.override("en"):
        assert texts["docs/data-dictionary.md"] == dictionary(), (
            "run: .venv/bin/python tools/data_dictionary.py"
        )
