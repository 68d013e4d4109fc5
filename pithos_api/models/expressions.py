from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BinaryField,
    BooleanField,
    DateTimeField,
    Expression,
    ExpressionWrapper,
    Func,
    Q,
)
from django.db.models.functions import Now, TruncSecond


class Infinity(Func):
    """The end of what has not ended: ``'infinity'::timestamptz``."""

    template = "'infinity'::timestamptz"
    output_field = DateTimeField()
    arity = 0
    allowed_default = True


def in_this_second(field: str) -> Expression:
    """Return whether a time lies in the second that the statement begins in."""
    begun = TruncSecond(Now())
    return ExpressionWrapper(Q(**{f"{field}__gte": begun}), output_field=BooleanField())


class BlockKeys(Func):
    """What a stored hashmap is found by: the first 8 bytes of each digest in it.

    ``block_keys(bytea)`` comes with migration 0007. Two digests that share a key are taken for
    one: then garbage is kept, and never the other way round.
    """

    function = "block_keys"
    output_field = ArrayField(BinaryField())
    arity = 1
