from django.db import models


class Event(models.Model):
    """One action that somebody may have to answer for. A trigger refuses to change or delete it.

    at: the database's clock. action: ``thing.verb``, such as ``container.delete``.
    actor: the account that acted, or ``shell:`` and the system's user for commands; "" is nobody
    who is known.
    proxy: the account in whose place they acted, with its rights or by their own; "" is none.
    account: whose things it was about. target: which of them, as a path or the like.
    request_id, address: of the HTTP request, "" for commands.
    """

    at = models.DateTimeField()
    action = models.TextField()
    actor = models.TextField(db_collation="C")
    proxy = models.TextField(db_collation="C", verbose_name="by proxy of")
    account = models.TextField(db_collation="C")
    target = models.TextField()
    details = models.JSONField(default=dict)
    request_id = models.TextField()
    address = models.TextField()

    class Meta:
        db_table = "audit_event"
        managed = False  # its migration is SQL, and nothing that empties tables shall find it
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.action} {self.target}"
