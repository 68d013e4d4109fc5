from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Account(models.Model):
    """What a user keeps on the account itself; absent until the first write to it.

    meta: user metadata, canonical key (``Some-Key``) to value.
    meta_since: when ``meta`` became what it is.
    modified: the last change of metadata or of the set of containers.
    shares_second: whether there was another such change in the second of ``modified``.
    readers, writers, admins: who else may use all of it (X-Account-Access-Control).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="storage"
    )
    meta = models.JSONField(default=dict)
    meta_since = models.DateTimeField(db_default=Now())
    modified = models.DateTimeField(db_default=Now())
    shares_second = models.BooleanField(db_default=False)
    readers = ArrayField(models.TextField(db_collation="C"), db_default=[])
    writers = ArrayField(models.TextField(db_collation="C"), db_default=[])
    admins = ArrayField(models.TextField(db_collation="C"), db_default=[])

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return str(self.user)


class PastMetadata(models.Model):
    """Superseded metadata of an account (container is NULL) or of a container."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    container = models.ForeignKey("Container", models.CASCADE, null=True, related_name="+")
    meta = models.JSONField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()

    class Meta:
        db_table = "past_metadata"

    def __str__(self) -> str:
        return f"{self.account_id}/{self.container_id} until {self.valid_to}"
