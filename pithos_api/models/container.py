from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Container(models.Model):
    """A flat namespace of an account.

    quota, most_objects: bytes of current objects, and how many there may be; 0 is unlimited.
    keep_days, keep_versions: how much history is kept, 0 is all; NULL as the site says.
    versions_asked: whether a client of Swift ever said if it wants versions.
    history_until: while no history is kept, states that began before are; NULL is none.
    archive, archives_deletions: the container that gets copies of what is overwritten, and whether
    deletions are marked there, or bring back what was copied last; NULL is none.
    objects, bytes: current objects, without what is still in ``UsageDelta``.
    meta_keys: how many current objects carry each metadata key; the same holds.
    modified: the last change of the container or below it; the same holds.
    shares_second: whether there was another change in the second of ``modified``; the same holds.
    noted: when the container itself was last put or posted to; NULL is when it was made.
    gaps: whether versions were deleted one by one, so that states end before the next begin.
    readers, writers: who may read or write all objects (X-Container-Read, -Write), as in a
    ``Grant``; of readers also ``.r:*``, anybody, and ``.rlistings``, who then may list.
    sealed: only one of the store's other interfaces writes into it; its owner reads and deletes.
    has_grants, has_publications: whether there ever was one; what nobody shares is not asked.
    """

    # container_of_account begins with it. An index of its own would tempt the planner to filter
    # all containers of an account by name, as it thinks of the average account.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="containers", db_index=False
    )
    name = models.CharField(max_length=256, db_collation="C")
    created = models.DateTimeField(db_default=Now())
    modified = models.DateTimeField(db_default=Now())
    shares_second = models.BooleanField(db_default=False)
    noted = models.DateTimeField(null=True)
    gaps = models.BooleanField(db_default=False)
    meta = models.JSONField(default=dict)
    meta_since = models.DateTimeField(db_default=Now())
    versioning = models.CharField(max_length=8, default="auto")
    quota = models.BigIntegerField(default=0)
    most_objects = models.BigIntegerField(db_default=0)
    keep_days = models.IntegerField(null=True)
    keep_versions = models.IntegerField(null=True)
    versions_asked = models.BooleanField(db_default=False)
    history_until = models.DateTimeField(null=True)
    archive = models.TextField(null=True)  # noqa: DJ001 - absent is not empty
    archives_deletions = models.BooleanField(db_default=False)
    object_count = models.BigIntegerField(db_default=0)
    byte_count = models.BigIntegerField(db_default=0)
    meta_keys = models.JSONField(default=dict)
    has_grants = models.BooleanField(db_default=False)
    has_publications = models.BooleanField(db_default=False)
    sealed = models.BooleanField(db_default=False)
    readers = ArrayField(models.TextField(db_collation="C"), db_default=[])
    writers = ArrayField(models.TextField(db_collation="C"), db_default=[])

    class Meta:
        db_table = "container"
        constraints = (
            models.UniqueConstraint(fields=["account", "name"], name="container_of_account"),
            models.CheckConstraint(condition=models.Q(quota__gte=0), name="quota_of_container"),
        )

    def __str__(self) -> str:
        return self.name


class UsageDelta(models.Model):
    """A change of a container's counters that is not yet folded into its row.

    Writers append rows instead of updating the container, so that they never wait for
    one another; ``services.upkeep`` folds. Readers add both, and are always exact.
    """

    container = models.ForeignKey(
        Container, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    objects_added = models.IntegerField()
    bytes_added = models.BigIntegerField()
    meta_keys = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "usage_delta"
        indexes = (
            models.Index(
                fields=["container"],
                include=["objects_added", "bytes_added", "at"],
                name="usage_of_container",
            ),
        )

    def __str__(self) -> str:
        return f"{self.container_id} {self.objects_added:+} {self.bytes_added:+}"
