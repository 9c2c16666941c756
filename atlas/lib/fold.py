"""Names folded for search, so that what a person types finds what an office wrote."""

from __future__ import annotations

import unicodedata

from atlas.lib.digits import to_ascii

# Letters that keyboards and offices write in two ways. What NFKD takes apart is not listed.
_ONE_LETTER = str.maketrans(
    {
        "ي": "ی",  # Arabic yeh
        "ى": "ی",  # alef maksura
        "ك": "ک",  # Arabic kaf
        "ة": "ه",  # teh marbuta
        "ە": "ه",
        "ھ": "ه",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "\u0640": None,  # the stroke that only widens a word
        "\u200c": " ",  # a half-space: between words, so that «نیم‌فاصله» meets «نیم فاصله»
        "\u200d": None,
    }
)


def fold(text: str) -> str:
    """
    Return `text` in the one form that search compares.

    Case, accents, vowel marks, both digit sets, Arabic and Persian letters, half-spaces,
    punctuation and runs of blanks make no difference.

    Examples
    --------
    >>> fold("كودكي") == fold("کودکی")
    True
    >>> fold("  La  Minilla—Ñ 12 ") == fold("la minilla n ۱۲")
    True
    """
    # Apart first: some signs hide a capital or an Arabic letter (℠, ئ). Then what folding left.
    apart = to_ascii(unicodedata.normalize("NFKD", text)).casefold()
    letters = [
        letter
        for letter in unicodedata.normalize("NFKD", apart.translate(_ONE_LETTER))
        if not unicodedata.category(letter).startswith(("M", "Cf"))
    ]
    spaced = "".join(letter if letter.isalnum() else " " for letter in letters)
    return " ".join(spaced.split())


def fold_names(names: dict[str, str]) -> str:
    """Return every name of `names` folded, in the order of their languages, in one line."""
    return " | ".join(fold(names[language]) for language in sorted(names) if names[language])
