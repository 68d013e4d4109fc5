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
