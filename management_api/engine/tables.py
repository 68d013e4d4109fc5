"""Writing to a table itself, for resources that no service looks after."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from management_api.engine.actors import Actor
from management_api.engine.fields import Ref, Values
from management_api.engine.resource import Made


@dataclass(frozen=True, slots=True)
class TableWrites:
    """The rows of a model whose columns are called like the fields, and whose id is the key."""

    model: type[Model]

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Insert a row. Raises: IntegrityError, DataError."""
        row = self.model(**_columns(values))
        if key is None:
            row.save(force_insert=True)
        else:
            row.pk = self.model._meta.pk.to_python(key)
            row.save(force_insert=True)
            self._go_on_behind()
        return Made(row.pk)

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Lock the row and write these columns. Raises: IntegrityError, DataError."""
        rows = self.model._default_manager.select_for_update().filter(pk=target.pk)
        for row in rows:
            for name, value in _columns(values).items():
                setattr(row, name, value)
            row.save(update_fields=list(values))

    def delete(self, actor: Actor, target: Ref) -> None:
        """Delete the row. Raises: IntegrityError: others need it."""
        self.model._default_manager.filter(pk=target.pk).delete()

    def _go_on_behind(self) -> None:
        """Let new ids be greater than those that are there."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                cursor.execute(statement)


def _columns(values: Values) -> Mapping[str, object]:
    return {
        (f"{name}_id" if isinstance(value, Ref) else name): (
            value.pk if isinstance(value, Ref) else value
        )
        for name, value in values.items()
    }
