"""Noting when the set of an account's containers changed."""

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted

# at: NULL is now.
touch_account = Statement(
    "touch_account",
    Counted,
    """
    INSERT INTO account AS known (user_id, meta, modified)
    VALUES (%(owner)s::bigint, '{}',
            coalesce(%(at)s::timestamptz, statement_timestamp()))
        ON CONFLICT (user_id) DO UPDATE
       SET modified = EXCLUDED.modified,
           shares_second = known.modified >= date_trunc('second', statement_timestamp())
    RETURNING 1 AS rows""",
    writes=True,
)
