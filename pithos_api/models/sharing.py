from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from pithos_api.models.container import Container


class Grant(models.Model):
    """The one access list of a path: it governs the path and all names below ``path/``.

    readers, writers: accounts, ``account:group`` or ``*``; writing implies reading.
    No grant of a container lies above or below another (contract §1, Permissions).
    """

    container = models.ForeignKey(Container, models.CASCADE, related_name="grants", db_index=False)
    path = models.TextField(db_collation="C")
    readers = ArrayField(models.TextField(db_collation="C"))
    writers = ArrayField(models.TextField(db_collation="C"))

    class Meta:
        db_table = "object_grant"
        constraints = (models.UniqueConstraint(fields=["container", "path"], name="grant_of_path"),)

    def __str__(self) -> str:
        return f"{self.container}/{self.path}"


class Publication(models.Model):
    """An object that anybody may read under ``/public/<key>``. key: random, never reused."""

    key = models.CharField(max_length=32, primary_key=True, db_collation="C")
    container = models.ForeignKey(
        Container, models.CASCADE, related_name="publications", db_index=False
    )
    name = models.TextField(db_collation="C")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "publication"
        constraints = (
            models.UniqueConstraint(fields=["container", "name"], name="publication_of_name"),
        )

    def __str__(self) -> str:
        return f"{self.container}/{self.name}"


class GroupMember(models.Model):
    """That an account belongs to ``owner:name``. member: lower-case."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="group_members", db_index=False
    )
    name = models.TextField(db_collation="C")
    member = models.TextField(db_collation="C")

    class Meta:
        db_table = "group_member"
        constraints = (
            models.UniqueConstraint(fields=["owner", "name", "member"], name="member_once"),
        )
        indexes = (models.Index(fields=["member"], name="groups_of_member"),)

    def __str__(self) -> str:
        return f"{self.owner}:{self.name} {self.member}"
