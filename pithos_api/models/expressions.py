from django.db.models import DateTimeField, Func


class Infinity(Func):
    """The end of what has not ended: ``'infinity'::timestamptz``."""

    template = "'infinity'::timestamptz"
    output_field = DateTimeField()
    arity = 0
    allowed_default = True
