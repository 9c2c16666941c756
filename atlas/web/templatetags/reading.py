"""Numbers, names and icons in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from atlas.lib.digits import in_language
from atlas.web import addresses, words

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from atlas.web.addresses import Addresses
    from atlas.web.edition import Band as AgeBand
    from atlas.web.edition import City, Edition, EditionFile, Names, Tier
    from atlas.web.why import Sentence

register = template.Library()

OTHER = {"fa": "en", "en": "fa"}


@register.simple_tag
def first_script() -> SafeString:
    """Write the script that runs before the page is drawn; no policy lets another one in."""
    # Ours, from the build, and named in the policy letter by letter: escaped it would not run.
    return mark_safe(f"<script>{settings.FIRST_SCRIPT}</script>")  # noqa: S308


@register.filter
def number(value: float | str | None) -> str:
    """Write a whole number; nothing where there is none."""
    return words.number(value) if isinstance(value, int | float) else ""


@register.filter
def rank(value: float | None) -> str:
    """Write a rank."""
    return "" if value is None else words.place_in_order(value)


@register.filter
def ordinal(value: float | None) -> str:
    """Write a rank as it stands in "between 2nd and 6th"."""
    return "" if value is None else words.ordinal(value)


@register.filter
def points(value: float | None) -> str:
    """Write a number with one decimal."""
    return "" if value is None else words.number(value, decimals=1)


@register.filter
def percent(value: int | None) -> str:
    """Write hundredths."""
    return "" if value is None else words.percent(value)


@register.filter
def digits(text: str) -> str:
    """Write a year or a label: the reader's digits, no grouping."""
    return in_language(str(text), words.language())


@register.filter
def day(iso: str, city: City) -> str:
    """Write a date in words."""
    return words.day(iso, city) if iso else ""


@register.filter(name="name")
def name_filter(names: Names) -> str:
    """Write the reader's name of a thing."""
    return words.name_of(names)


@register.filter
def in_sentence(names: Names) -> str:
    """Write a name as it stands inside a sentence."""
    return words.within_sentence(names)


@register.filter
def tier_count(tier: Tier, count: int) -> str:
    """Write "40 neighbourhoods"."""
    return words.tier_count(tier, count)


@register.filter
def band_choice(band: AgeBand) -> str:
    """Write an age band for the map sentence."""
    return words.band_choice(band)


@register.filter
def state_word(state: str) -> str:
    """Write what a service does for a child."""
    return str(words.STATE_WORDS[state])


@register.filter
def reason_word(reason: str | None) -> str:
    """Write why there is no figure."""
    return words.reason(reason)


@register.filter
def class_word(number_of_class: int) -> str:
    """Write a class: "high"."""
    return str(words.CLASS_WORDS[number_of_class - 1])


@register.filter
def need_word(number_of_class: int) -> str:
    """Write a class of need: "high need"."""
    return str(words.NEED_WORDS[number_of_class - 1])


@register.filter
def grade_word(grade: int) -> str:
    """Write how complete data is."""
    return str(words.GRADE_WORDS[grade])


@register.filter
def grade_short(grade: int | None) -> str:
    """Write how complete data is, under a head that says "data"."""
    return str(words.GRADES_SHORT[grade or 0])


@register.filter
def grade_dots(grade: int | None) -> list[bool]:
    """Return four dots, the filled ones first."""
    return [i <= (grade or 0) for i in range(len(words.GRADE_WORDS))]


@register.filter
def size(count: int) -> str:
    """Write a file's size."""
    if count < 1_000_000:  # noqa: PLR2004
        return gettext("%(count)s kB") % {"count": words.number(max(1, count / 1000))}
    return gettext("%(count)s MB") % {"count": words.number(count / 1_000_000, decimals=1)}


@register.filter
def file_address(file: EditionFile, edition: Edition) -> str:
    """Return the stable address of a file."""
    return addresses.file_address(edition, file)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon of the sprite."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        extra,
        static("atlas/icons.svg"),
        name,
    )


@register.filter
def causes_marked(sentence: Sentence) -> SafeString:
    """Write a sentence with its cause set bold."""
    marked = ((("<strong>{}</strong>" if p.is_cause else "{}"), p.text) for p in sentence.pieces)
    return format_html_join("", "{}", ((format_html(form, text),) for form, text in marked))


@register.simple_tag
def address(links: Addresses, page: str, **changes: str) -> str:
    """Return a page's address in the state shown, changed."""
    return str(getattr(links, page)(**changes))


@register.simple_tag(takes_context=True)
def other_language(context: dict[str, Any]) -> str:
    """Return the address of this very page in the other language."""
    request: HttpRequest = context["request"]
    return translate_url(request.get_full_path(), OTHER[words.language()])
