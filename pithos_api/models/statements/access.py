"""Who is calling, and what they may do where: the part that every request's statement shares.

CALLER is the user of a valid token, or an active user that the front door vouches for
(a static token, an external provider). It has no row where the caller is nobody, so no
cached answer can outlive a revoked token or a disabled user.
"""

from pithos_api.models.statements.prepared import Statement

CALLER = """
    (SELECT u.id, t.last_used IS NULL OR t.last_used < now() - interval '1 hour' AS unnoted
       FROM accounts_token t JOIN accounts_user u ON u.id = t.user_id
      WHERE t.digest = %(token)s::bytea AND t.revoked IS NULL
        AND (t.expires IS NULL OR t.expires > now()) AND u.is_active
     UNION ALL
     SELECT u.id, false FROM accounts_user u
      WHERE u.account = %(vouched)s::text AND u.is_active) AS caller
"""

# Nested loops over unique indexes: accounts_token_pkey, accounts_user_pkey,
# accounts_user_account_key, container_of_account.
authorize = Statement(
    "authorize",
    f"""
    SELECT caller.id, caller.unnoted, owner.id, c.id
      FROM {CALLER}
      LEFT JOIN accounts_user owner ON owner.account = %(account)s::text
      LEFT JOIN container c ON c.account_id = owner.id AND c.name = %(container)s::text
    """,
)

find_caller = Statement(
    "find_caller",
    f"""
    SELECT caller.id, caller.unnoted, u.account
      FROM {CALLER} JOIN accounts_user u ON u.id = caller.id
    """,
)
