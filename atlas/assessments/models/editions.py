"""Editions and their published figures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from atlas.assessments.models.assessment import Assessment
from atlas.assessments.models.results import Quality, Reason
from atlas.bodies.models import City
from spatial_data.models import LayerVersion


class Edition(models.Model):
    """
    Figures frozen for the public, once. An erratum is a new revision of the same label.

    The row lives here, below the faces that read it; the operation that makes it lives in
    ``atlas.publishing``, above them.
    """

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    label = models.CharField(
        _("label"), max_length=20, help_text=_("The year, as readers name it.")
    )
    revision = models.PositiveSmallIntegerField(_("revision"))
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="editions", verbose_name=_("assessment")
    )
    content_hash = models.CharField(_("hash of its figures and rules"), max_length=64)
    published_at = models.DateTimeField(_("published at"))
    manifest_sha256 = models.CharField(_("hash of the manifest"), max_length=64)
    # What the manifest says beside its files, frozen: names may be set right later in the city's
    # own rows, and the edition must still come out byte for byte.
    about = models.JSONField(_("what it says of itself"), default=dict)
    layers = models.ManyToManyField(
        LayerVersion, related_name="+", verbose_name=_("layer versions it draws")
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(
                fields=["city", "label", "revision"], name="edition_revision_unique"
            ),
            models.UniqueConstraint(
                fields=["city", "label", "content_hash"], name="edition_once_per_content"
            ),
        ]

    def __str__(self) -> str:
        """Return the label and revision, as its folder is called."""
        return f"{self.label}.{self.revision}"


class PublishedFigure(models.Model):
    """A split of children that passed disclosure control, in whole children. Never changed."""

    # No constraint across schemas: the published figures can be dumped, moved and served alone.
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        verbose_name=_("edition"),
    )
    tier_code = models.CharField(_("tier"), max_length=40)
    zone_code = models.CharField(_("zone"), max_length=60)
    service = models.CharField(
        _("service"), max_length=40, blank=True, help_text=_("Empty: children as such.")
    )
    band = models.CharField(_("age band"), max_length=10, help_text=_("“all” is every age."))
    sex = models.CharField(_("sex"), max_length=4)
    children = models.PositiveIntegerField(_("children"), null=True)
    served = models.PositiveIntegerField(_("served"), null=True)
    full = models.PositiveIntegerField(_("in reach, too few places"), null=True)
    out = models.PositiveIntegerField(_("out of reach"), null=True)
    unknown = models.PositiveIntegerField(_("unknown"), null=True)
    short = models.FloatField(_("places short"), null=True)
    reason = models.CharField(_("why there is no value"), max_length=14, choices=Reason, blank=True)
    quality = models.CharField(_("quality"), max_length=9, choices=Quality)
    flags = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("flags"))

    class Meta:
        # A schema of its own, read through a role that sees nothing else.
        db_table = 'published"."figure'
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "tier_code", "zone_code", "service", "band", "sex"],
                name="figure_once",
            )
        ]

    def __str__(self) -> str:
        """Return zone, service and group."""
        return f"{self.zone_code} {self.service} {self.band}/{self.sex}"


class PublishedScore(models.Model):
    """
    A zone's need as published, with its contributions where they may be shown.

    How sure the rank is stands only beside a published rank.
    """

    # No constraint across schemas: the published figures can be dumped, moved and served alone.
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        verbose_name=_("edition"),
    )
    tier_code = models.CharField(_("tier"), max_length=40)
    zone_code = models.CharField(_("zone"), max_length=60)
    need = models.FloatField(_("need"), null=True)
    need_class = models.PositiveSmallIntegerField(_("class of need, 1 to 5"), null=True)
    lowest = models.FloatField(_("lowest the missing data allow"), null=True)
    highest = models.FloatField(_("highest the missing data allow"), null=True)
    rank = models.FloatField(_("rank"), null=True)
    ranked_of = models.PositiveIntegerField(_("zones ranked"))
    rank_low = models.FloatField(_("rank in the trials that put it nearest the worst"), null=True)
    rank_high = models.FloatField(
        _("rank in the trials that put it farthest from the worst"), null=True
    )
    worst = models.PositiveIntegerField(_("number of worst zones asked about"), null=True)
    in_worst_percent = models.PositiveSmallIntegerField(
        _("of 100 trials, how many at least make it one of them"), null=True
    )
    is_robust = models.BooleanField(_("robust high need"), default=False)
    contributions = models.JSONField(_("contributions"), default=dict)
    without = models.JSONField(_("what the score loses if a component were solved"), default=dict)
    parts = models.JSONField(
        _("need by gaps alone and by context alone, where context weighs"), default=dict
    )
    why = models.JSONField(_("records behind the sentences"), default=list)
    safe_route = models.JSONField(
        _("of ten children who reach a service, how many do by a safe route"), default=dict
    )
    data_grade = models.PositiveSmallIntegerField(_("grade of the data, 0 to 3"))
    reason = models.CharField(_("why there is no score"), max_length=14, choices=Reason, blank=True)
    flags = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("flags"))

    class Meta:
        db_table = 'published"."score'
        verbose_name = _("published score")
        verbose_name_plural = _("published scores")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "tier_code", "zone_code"], name="published_score_once"
            ),
            models.CheckConstraint(
                condition=Q(need__isnull=True) | Q(need_class__isnull=False),
                name="published_score_has_class",
            ),
            models.CheckConstraint(
                condition=Q(rank_low__isnull=True, rank_high__isnull=True)
                | Q(
                    need__isnull=False,
                    rank__isnull=False,
                    rank_low__isnull=False,
                    rank_high__isnull=False,
                    rank_low__lte=F("rank_high"),
                ),
                name="published_score_doubts_a_published_rank",
            ),
            models.CheckConstraint(
                condition=Q(worst__isnull=True, in_worst_percent__isnull=True, is_robust=False)
                | Q(
                    worst__isnull=False,
                    rank_low__isnull=False,
                    in_worst_percent__isnull=False,
                    in_worst_percent__lte=100,
                ),
                name="published_score_asks_about_ranked_zones",
            ),
        ]

    def __str__(self) -> str:
        """Return the zone."""
        return self.zone_code


class PublishedCompleteness(models.Model):
    """How complete the layer behind a service looks in a zone, as published."""

    # No constraint across schemas: the published figures can be dumped, moved and served alone.
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        verbose_name=_("edition"),
    )
    tier_code = models.CharField(_("tier"), max_length=40)
    zone_code = models.CharField(_("zone"), max_length=60)
    service = models.CharField(_("service"), max_length=40)
    grade = models.PositiveSmallIntegerField(_("grade, 0 poor to 3 complete"))
    is_incomplete = models.BooleanField(_("judged incomplete"))
    evidence = models.JSONField(_("what was seen"), default=dict)

    class Meta:
        db_table = 'published"."completeness'
        verbose_name = _("published completeness")
        verbose_name_plural = _("published completeness")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "tier_code", "zone_code", "service"],
                name="published_completeness_once",
            )
        ]

    def __str__(self) -> str:
        """Return zone, service and grade."""
        return f"{self.zone_code} {self.service} {self.grade}"
