from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class StoreDay(models.Model):
    """What the whole store held at the end of a day, or holds today; days are those of UTC.

    The figures are those of ``pithos_api.services.operations.statistics``, sizes in bytes.
    recorded: when they were taken.
    """

    day = models.DateField(primary_key=True)
    containers = models.BigIntegerField()
    objects_count = models.BigIntegerField()
    object_bytes = models.BigIntegerField()
    version_bytes = models.BigIntegerField()
    block_bytes = models.BigIntegerField()
    garbage_bytes = models.BigIntegerField()
    recorded = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "store_day"

    def __str__(self) -> str:
        return f"{self.day}: {self.objects_count} objects"


class AccountDay(models.Model):
    """What an account held at the end of a day; a day on which that was as before has no row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    objects_count = models.BigIntegerField()
    object_bytes = models.BigIntegerField()

    class Meta:
        db_table = "account_day"
        constraints = (models.UniqueConstraint(fields=["user", "day"], name="day_of_account"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}: {self.objects_count} objects"


class RequestDay(models.Model):
    """What a server had counted when a day began, and what it had counted last on that day.

    run: of ``observability.metrics.Metrics``. before, now: requests, those answered 5xx, and
    how many each bucket of durations has.
    """

    day = models.DateField()
    run = models.UUIDField()
    before = ArrayField(models.BigIntegerField())
    now = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "request_day"
        constraints = (models.UniqueConstraint(fields=["day", "run"], name="day_of_run"),)

    def __str__(self) -> str:
        return f"{self.day} {self.run}"


class JobRun(models.Model):
    """A job on the whole store that an operator has started: how it goes, and how it ended.

    kind: of ``operators.values.jobs``. options: as it was asked for. by: the operator's account.
    state: of ``RunState``, as the run's own process has written it; whoever reads it asks, too,
    whether that process lives. label, done, total: what it does now and how far it is; total 0 is
    unknown. seen: its last sign of life. result: figures by name. told: lines about what is wrong.
    """

    kind = models.CharField(max_length=16)
    options = models.JSONField(default=dict)
    by = models.CharField(max_length=256)
    state = models.CharField(max_length=16, default="waiting")
    asked = models.DateTimeField(db_default=Now())
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    seen = models.DateTimeField(db_default=Now())
    stop_asked = models.BooleanField(default=False)
    label = models.CharField(max_length=64, default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)
    told = models.JSONField(default=list)

    class Meta:
        db_table = "job_run"

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
