"""Whether there is an object whose time is over. Each process asks every second."""

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted

# Index Scan of version_expires, as far as its first row.
find_expired = Statement(
    "find_expired",
    Counted,
    """
    SELECT count(*) AS rows
      FROM (SELECT FROM version WHERE valid_to = 'infinity' AND expires <= now()
             ORDER BY expires LIMIT 1) AS first
    """,
)
