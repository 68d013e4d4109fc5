"""Who is calling: an ordered list of backends, one file each (docs/identity.md)."""

from accounts.identity.chain import credentials_of, current, plain_credentials

__all__ = ["credentials_of", "current", "plain_credentials"]
