"""The columns of published tables: what each is called, what it counts and of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Words: TypeAlias = dict[str, str]

LANGUAGES = ("en", "fa")

CHILDREN: Words = {"en": "children", "fa": "کودک"}
POINTS: Words = {"en": "points, 0 to 100", "fa": "امتیاز، ۰ تا ۱۰۰"}
METRES: Words = {"en": "metres", "fa": "متر"}
PERCENT: Words = {"en": "%", "fa": "٪"}
NO_UNIT: Words = {"en": "", "fa": ""}

ZONE_CHILDREN: Words = {
    "en": "all children of the zone, 0 to 17 years",
    "fa": "همه کودکان پهنه، ۰ تا ۱۷ سال",
}
GROUP_CHILDREN: Words = {
    "en": "children of the group whom the service is for",
    "fa": "کودکان گروه که خدمت برای آنهاست",
}
KNOWN_CHILDREN: Words = {
    "en": "children of the group less the unknown",
    "fa": "کودکان گروه منهای نامعلوم‌ها",
}
REACHING_CHILDREN: Words = {
    "en": "children of the ages who walk alone and reach the service; 1 is also fewer, 9 also more",
    "fa": "کودکان سن‌هایی که تنها راه می‌روند و به خدمت می‌رسند؛ ۱ یعنی ۱ یا کمتر، ۹ یعنی ۹ یا بیشتر",
}
TRIALS: Words = {
    "en": "trials with other weights, reaches and provisions",
    "fa": "آزمون‌هایی با وزن‌ها، شعاع‌ها و سرانه‌های دیگر",
}
NONE: Words = {"en": "", "fa": ""}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a published table; the names stand here so that a file never depends on more."""

    code: str
    names: Words
    unit: Words
    denominator: Words

    def header(self, language: str) -> str:
        """Return the name with its unit."""
        unit = self.unit[language]
        return f"{self.names[language]} ({unit})" if unit else self.names[language]


def _column(
    code: str, en: str, fa: str, unit: Words = NO_UNIT, denominator: Words = NONE
) -> Column:
    return Column(code, {"en": en, "fa": fa}, unit, denominator)


ZONE = (
    _column("zone", "Zone code", "کد پهنه"),
    _column("name", "Zone", "پهنه"),
    _column("parent", "Part of", "جزئی از"),
)
STATE = (
    _column("state", "State of the value", "وضعیت مقدار"),
    _column("flags", "Remarks", "ملاحظات"),
    _column("sources", "Sources (keys of the sources table)", "منابع (کلید جدول منابع)"),
)
# The ends of an interval: nine of ten trials lie between.
BOUNDS = (
    ("", "", ""),
    ("_low", ", in nine of ten trials from", "، در نُه آزمون از ده از"),
    ("_high", ", in nine of ten trials to", "، در نُه آزمون از ده تا"),
)

NEED = (
    *ZONE,
    _column("children", "Children", "کودکان", CHILDREN),
    _column("girls", "Girls", "دختران", CHILDREN, ZONE_CHILDREN),
    _column("boys", "Boys", "پسران", CHILDREN, ZONE_CHILDREN),
    _column("need", "Need", "امتیاز نیاز", POINTS),
    _column("lowest", "Lowest the missing data allow", "کمترین با داده‌های نبوده", POINTS),
    _column("highest", "Highest the missing data allow", "بیشترین با داده‌های نبوده", POINTS),
    _column("need_class", "Class of need, 1 least to 5 most", "رده نیاز، ۱ کمترین تا ۵ بیشترین"),
    _column("rank", "Rank, 1 most need", "رتبه، ۱ بیشترین نیاز"),
    _column("ranked_of", "Zones ranked", "تعداد پهنه‌های رتبه‌بندی‌شده"),
    _column("rank_low", "In nine of ten trials, rank from", "در نُه آزمون از ده، رتبه از"),
    _column("rank_high", "In nine of ten trials, rank to", "در نُه آزمون از ده، رتبه تا"),
    _column("worst", "Worst zones asked about", "شمار بدترین پهنه‌های پرسیده‌شده"),
    _column(
        "in_worst_percent", "Among the worst in at least", "دست‌کم جزو بدترین‌ها در", PERCENT, TRIALS
    ),
    _column("is_robust", "Robust high need", "نیاز زیاد پابرجا"),
    _column("data_grade", "Grade of the data, 0 to 3", "درجه داده، ۰ تا ۳"),
    *STATE,
)
GAPS = (
    *ZONE,
    _column("service", "Service code", "کد خدمت"),
    _column("service_name", "Service", "خدمت"),
    _column("band", "Age band", "گروه سنی"),
    _column("sex", "Sex", "جنس"),
    _column("children", "Children whom it is for", "کودکانی که خدمت برای آنهاست", CHILDREN),
    _column("served", "Served", "برخوردار", CHILDREN, GROUP_CHILDREN),
    _column("full", "In reach, too few places", "در دسترس، ظرفیت ناکافی", CHILDREN, GROUP_CHILDREN),
    _column("out", "Out of reach", "بیرون از دسترس", CHILDREN, GROUP_CHILDREN),
    _column("unknown", "Unknown", "نامعلوم", CHILDREN, GROUP_CHILDREN),
    _column("not_served_percent", "Not served", "نابرخوردار", PERCENT, KNOWN_CHILDREN),
    _column("short", "Places short", "کمبود ظرفیت"),
    _column("short_unit", "Places are counted in", "واحد ظرفیت"),
    _column("reach_m", "Reach of the standard", "شعاع دسترسی استاندارد", METRES),
    _column("safe_route_bands", "Ages who walk alone", "سن‌هایی که تنها راه می‌روند"),
    _column(
        "safe_route_of_10",
        "Of ten of these ages who reach it, by a safe route",
        "از هر ده نفر این سن‌ها که می‌رسند، از مسیر ایمن",
        NO_UNIT,
        REACHING_CHILDREN,
    ),
    *STATE,
)
CONTEXT = (
    *ZONE,
    _column("indicator", "Indicator code", "کد شاخص"),
    _column("indicator_name", "Indicator", "شاخص"),
    _column("value", "Value", "مقدار"),
    _column("value_unit", "Values are in", "یکای مقدار"),
    _column("state", "Quality, or why there is no value", "کیفیت، یا چرایی نبود مقدار"),
    _column("source", "Data set", "مجموعه داده"),
    _column("reference_date", "Speaks of", "تاریخ مرجع"),
)
DEPRIVATION = (
    _column("tier", "Level of areas", "سطح پهنه‌ها"),
    _column("service", "Service code", "کد خدمت"),
    _column("service_name", "Service", "خدمت"),
    _column("step_percent", "Figures are in steps of", "گام عددها", PERCENT),
    *(
        _column(f"{end}{bound}", f"{en}{of_en}", f"{fa}{of_fa}", PERCENT, KNOWN_CHILDREN)
        for end, en, fa in (
            ("most_deprived", "Served in the most deprived fifth", "برخوردار در محروم‌ترین پنجک"),
            (
                "least_deprived",
                "Served in the least deprived fifth",
                "برخوردار در کم‌محروم‌ترین پنجک",
            ),
        )
        for bound, of_en, of_fa in BOUNDS
    ),
    *(
        _column(
            f"erreygers_percent{bound}",
            f"Erreygers' index in hundredths{of_en}",
            f"شاخص اریگرز در صدم{of_fa}",
        )
        for bound, of_en, of_fa in BOUNDS
    ),
    _column("state", "Why there is no figure", "چرایی نبود عدد"),
)
SOURCES = (
    _column("key", "Key", "کلید"),
    _column("name", "Data set", "مجموعه داده"),
    _column("publisher", "Publisher", "ناشر"),
    _column("licence", "Licence", "مجوز"),
    _column("attribution", "Attribution", "ذکر منبع"),
    _column("reference_date", "Speaks of", "تاریخ مرجع"),
    _column("layers", "Used for", "کاربرد"),
    _column("url", "Address", "نشانی"),
)
DICTIONARY = (
    _column("table", "Table", "جدول"),
    _column("code", "Name in GeoJSON", "نام در GeoJSON"),
    _column("column", "Column", "ستون"),
    _column("unit", "Unit", "واحد"),
    _column("denominator", "Share of, or counted among", "نسبت به"),
)

STATES: dict[str, Words] = {
    "measured": {"en": "measured", "fa": "اندازه‌گیری‌شده"},
    "estimated": {"en": "estimated", "fa": "برآوردی"},
    "missing": {"en": "missing", "fa": "بدون داده"},
    "not_applicable": {"en": "not applicable", "fa": "نامربوط"},
    "no_network": {"en": "no street data", "fa": "بدون داده معابر"},
    "suppressed": {"en": "withheld: few children", "fa": "محرمانه (تعداد کم)"},
    "crossing": {"en": "not told of this division", "fa": "برای این تقسیم‌بندی گفته نمی‌شود"},
}
FLAGS: dict[str, Words] = {
    "capacity_unknown": {"en": "capacity unknown", "fa": "ظرفیت نامعلوم"},
    "incomplete_data": {"en": "incomplete data", "fa": "داده ناقص"},
    "edge": {"en": "near the boundary", "fa": "نزدیک مرز"},
    "few_children": {"en": "few children: not ranked", "fa": "کودک کم: بدون رتبه"},
}
YES_NO: dict[bool, Words] = {
    True: {"en": "yes", "fa": "بله"},
    False: {"en": "no", "fa": "خیر"},
}
EVERYONE: Words = {"en": "all", "fa": "همه"}
