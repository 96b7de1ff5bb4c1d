"""Tables of organisations: the client, its legal entities, sites and goals, and its providers."""

from django.db import models
from django.db.models import F, Q

from retained.directory.engine.roles import Side


class Organisation(models.Model):
    """The client (exactly one), a provider, or a subcontractor of another organisation."""

    class Kind(models.TextChoices):
        """What the organisation is to the client."""

        CLIENT = "client", "Client"
        PROVIDER = "provider", "Provider"
        SUBCONTRACTOR = "subcontractor", "Subcontractor"

    kind = models.CharField(max_length=13, choices=Kind.choices)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    time_zone = models.CharField(max_length=64, default="UTC")
    parent = models.ForeignKey(
        "directory.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subcontractors",
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organisation"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind",), condition=Q(kind="client"), name="organisation_one_client"
            ),
            models.UniqueConstraint(fields=("name",), name="organisation_name_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("client", "provider", "subcontractor")),
                name="organisation_kind_known",
            ),
            # Who works for whom is the chain; only a subcontractor hangs on somebody.
            models.CheckConstraint(
                condition=Q(kind="subcontractor", parent__isnull=False)
                | (~Q(kind="subcontractor") & Q(parent__isnull=True)),
                name="organisation_chain",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="organisation_not_its_own_parent",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def side(self) -> Side:
        """The side on which the organisation's people sit."""
        return Side.CLIENT if self.kind == self.Kind.CLIENT else Side.PROVIDER


class LegalEntity(models.Model):
    """A company in law that belongs to an organisation."""

    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.PROTECT, related_name="legal_entities"
    )
    name = models.CharField(max_length=200)
    lei = models.CharField(max_length=20, blank=True)  # ISO 17442
    country = models.CharField(max_length=2, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "legal_entity"
        ordering = ("name",)
        verbose_name = "legal entity"
        constraints = (
            models.UniqueConstraint(
                fields=("lei",), condition=~Q(lei=""), name="legal_entity_lei_once"
            ),
            models.UniqueConstraint(fields=("organisation", "name"), name="legal_entity_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where an organisation works, with the zone of its wall clock."""

    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.PROTECT, related_name="sites"
    )
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "site"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="site_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """What the client wants to reach (a goal) or to keep to (a value), weighted and dated."""

    class Kind(models.TextChoices):
        """Whether it is to be reached or to be kept to."""

        GOAL = "goal", "Goal"
        VALUE = "value", "Value"

    kind = models.CharField(max_length=5, choices=Kind.choices)
    name = models.CharField(max_length=200)
    meaning = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField()  # points; a share is the weight over the sum
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the first day on which it no longer holds
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "goal"
        ordering = ("kind", "-weight", "name")
        constraints = (
            models.UniqueConstraint(fields=("kind", "name", "starts_on"), name="goal_once"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="goal_weight"),
            models.CheckConstraint(condition=Q(kind__in=("goal", "value")), name="goal_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="goal_ends_after_its_start",
            ),
        )

    def __str__(self) -> str:
        return self.name
