"""Users who call on what belongs to another."""

from tests.api.client import Client


def visit(visitor: Client, owner: Client) -> Client:
    """The visitor's token with paths below the owner's account."""
    client = Client(owner.address, owner.account, visitor.token)
    client.connection = visitor.connection
    return client


def share(owner: Client, path: str, sharing: str) -> None:
    """Set an object's sharing and nothing else of it."""
    assert owner.post(path, headers={"X-Object-Sharing": sharing}, update="").status == 202
