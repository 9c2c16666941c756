"""Requirement sets and their adoption."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from atlas.bodies.models import City, Named, User, has_a_name


class Mode(models.TextChoices):
    """How a service is judged."""

    WALK = "walk", _("by walking")
    CITY_WIDE = "city_wide", _("for the whole city")


class StandardSet(Named):
    """
    A set of requirements with every parameter of the method, loaded from ``fixtures/standards``.

    A set that a city has adopted never changes: a changed file becomes a new revision.
    """

    code = models.CharField(_("code"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("revision"))
    descriptions = models.JSONField(_("descriptions"), default=dict)
    content_hash = models.CharField(_("hash of the file"), max_length=64, unique=True)
    loaded_at = models.DateTimeField(_("loaded at"))
    # Speeds, limits, exponents, disclosure rules …: one record a key, each with its value,
    # source and confidence.
    parameters = models.JSONField(_("parameters"), default=dict)
    # What each figure rests on, by key: confidence, rows with their figures, notes by language.
    basis = models.JSONField(_("what its figures rest on"), default=dict)
    # Names of the sexes and units, and the weight forms of the access index, by code.
    vocabulary = models.JSONField(_("its words"), default=dict)
    # Ways of walking beside any route, by code: what each class of street counts and costs.
    profiles = models.JSONField(_("ways of walking"), default=dict)

    class Meta:
        verbose_name = _("standard set")
        verbose_name_plural = _("standard sets")
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="standard_revision_unique"),
            has_a_name(name="standard_has_a_name"),
        ]


class Band(Named):
    """An age band of a standard set, half-open in years."""

    standard = models.ForeignKey(
        StandardSet, on_delete=models.CASCADE, related_name="bands", verbose_name=_("standard set")
    )
    code = models.CharField(_("code"), max_length=10)
    age_from = models.PositiveSmallIntegerField(_("from age"))
    age_to = models.PositiveSmallIntegerField(_("up to, not including, age"))
    walks_alone = models.BooleanField(_("walks alone"), default=False)

    class Meta:
        verbose_name = _("age band")
        verbose_name_plural = _("age bands")
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "code"], name="band_code_unique_in_standard"
            )
        ]


class Domain(Named):
    """A group of services that are weighted together."""

    standard = models.ForeignKey(
        StandardSet,
        on_delete=models.CASCADE,
        related_name="domains",
        verbose_name=_("standard set"),
    )
    code = models.CharField(_("code"), max_length=40)
    weight_micro = models.PositiveIntegerField(_("weight in millionths"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "code"], name="domain_code_unique_in_standard"
            )
        ]


class Service(Named):
    """Something children need, free of age and sex: a play space, a primary school, a library."""

    standard = models.ForeignKey(
        StandardSet,
        on_delete=models.CASCADE,
        related_name="services",
        verbose_name=_("standard set"),
    )
    domain = models.ForeignKey(
        Domain, on_delete=models.CASCADE, related_name="services", verbose_name=_("domain")
    )
    code = models.CharField(_("code"), max_length=40)
    mode = models.CharField(_("judged"), max_length=9, choices=Mode)
    weight_micro = models.PositiveIntegerField(_("weight within the domain in millionths"))
    # The kinds of place that can meet it, for legends; `Meets` says on what condition.
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("kinds of place"))
    unit = models.CharField(_("its capacities count"), max_length=5, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "code"], name="service_code_unique_in_standard"
            )
        ]


class ContextWeight(Named):
    """A context indicator that a set lets weigh in the score, where a city has it by this code."""

    standard = models.ForeignKey(
        StandardSet,
        on_delete=models.CASCADE,
        related_name="context_weights",
        verbose_name=_("standard set"),
    )
    domain = models.ForeignKey(
        Domain, on_delete=models.CASCADE, related_name="+", verbose_name=_("domain")
    )
    code = models.CharField(_("code"), max_length=40)
    weight_micro = models.PositiveIntegerField(_("weight within the domain in millionths"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("weight of a context indicator")
        verbose_name_plural = _("weights of context indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "code"], name="context_weight_code_unique_in_standard"
            )
        ]


class SchoolStage(Named):
    """A stage of schooling and its ages, used where a unit states no ages of its own."""

    standard = models.ForeignKey(
        StandardSet,
        on_delete=models.CASCADE,
        related_name="stages",
        verbose_name=_("standard set"),
    )
    code = models.CharField(_("code"), max_length=15)
    age_from = models.PositiveSmallIntegerField(_("from age"))
    age_to = models.PositiveSmallIntegerField(_("up to, not including, age"))

    class Meta:
        verbose_name = _("stage of schooling")
        verbose_name_plural = _("stages of schooling")
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "code"], name="stage_code_unique_in_standard"
            )
        ]


class PlaceKind(Named):
    """A kind of place as a standard set sees it: whom it admits and which services it meets."""

    standard = models.ForeignKey(
        StandardSet,
        on_delete=models.CASCADE,
        related_name="place_kinds",
        verbose_name=_("standard set"),
    )
    code = models.CharField(_("code"), max_length=40)
    family = models.CharField(_("family"), max_length=13)
    age_from = models.PositiveSmallIntegerField(_("from age"))
    age_to = models.PositiveSmallIntegerField(_("up to, not including, age"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("kind of place in a set")
        verbose_name_plural = _("kinds of place in a set")
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "code"], name="kind_code_unique_in_standard"
            )
        ]


class Meets(models.Model):
    """A kind of place meets a service, where the unit says nothing against it."""

    kind = models.ForeignKey(
        PlaceKind,
        on_delete=models.CASCADE,
        related_name="meets",
        verbose_name=_("kind of place"),
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.CASCADE,
        related_name="met_by",
        verbose_name=_("service"),
    )
    stage = models.CharField(_("only of this stage"), max_length=15, blank=True)
    is_special = models.BooleanField(_("only special education, or only other"), null=True)

    class Meta:
        verbose_name = _("what a kind meets")
        verbose_name_plural = _("what kinds meet")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "service", "stage", "is_special"],
                nulls_distinct=False,
                name="kind_meets_service_once",
            )
        ]

    def __str__(self) -> str:
        """Return kind and service."""
        return f"{self.kind_id} → {self.service_id}"


class Requirement(models.Model):
    """What a group may expect of a service. No requirement means not applicable."""

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="requirements", verbose_name=_("service")
    )
    band = models.ForeignKey(
        Band, on_delete=models.CASCADE, related_name="requirements", verbose_name=_("age band")
    )
    sex = models.CharField(_("sex"), max_length=4)
    # Null only where the service is judged for the whole city.
    reach_cm = models.PositiveIntegerField(_("reach in cm"), null=True)
    provision_micro = models.PositiveBigIntegerField(
        _("provision per child in millionths of the unit"), null=True
    )
    provision_unit = models.CharField(_("unit of provision"), max_length=5, blank=True)
    participation_micro = models.PositiveIntegerField(
        _("share that takes part in millionths"), default=1_000_000
    )
    weight_form = models.JSONField(_("weight form of the access index"), default=dict)
    source = models.TextField(_("source"))
    # Keys of the set's `basis`.
    reach_basis = models.CharField(_("basis of the reach"), max_length=60, blank=True)
    provision_basis = models.CharField(_("basis of the provision"), max_length=60, blank=True)
    participation_basis = models.CharField(_("basis of the share"), max_length=60, blank=True)
    source_rows = ArrayField(
        models.CharField(max_length=200), default=list, verbose_name=_("rows it rests on")
    )
    confidence = models.CharField(_("confidence"), max_length=60)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "band", "sex"], name="requirement_once_per_group"
            )
        ]

    def __str__(self) -> str:
        """Return service and group."""
        return f"{self.service} {self.band} {self.sex}"


class Adoption(models.Model):
    """A city adopted a standard set from a day on."""

    city = models.ForeignKey(
        City, on_delete=models.CASCADE, related_name="+", verbose_name=_("city")
    )
    standard = models.ForeignKey(
        StandardSet,
        on_delete=models.PROTECT,
        related_name="adoptions",
        verbose_name=_("standard set"),
    )
    since = models.DateField(_("since"))
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")

    def __str__(self) -> str:
        """Return city and set."""
        return f"{self.city} · {self.standard}"
