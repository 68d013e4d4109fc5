"""Everybody who may ask for images, and images of every kind of visibility."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, revoke_token
from accounts.users.users import find_user
from images.models import Image, Membership
from pithos_api.models import Container, Grant, Version
from tests.api.client import Answer, Client
from tests.api.visitors import share
from tests.images.client import ImageClient

SECRET = b"what nobody else may see"
SOMEBODIES = ("owner", "reader", "stranger")
KINDS = ("private", "shared", "public", "queued")
NOBODIES = ("anonymous", "bad token", "revoked")
# Of tokens of the owner's: one changes nothing, one reaches another container.
LIMITED = {"reading": Scope(read_only=True), "elsewhere": Scope(container="mine")}


@dataclass(frozen=True)
class Row:
    """A request on a view, and the status for each of SOMEBODIES.

    {private}, {shared}, {public} in the path are ids of images; {owner}, {reader} are accounts.
    """

    view: str
    method: str
    path: str
    statuses: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    open: bool = False  # nobody is asked who they are

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body or ''}".strip()


@dataclass
class World:
    clients: dict[str, ImageClient]
    tokens: dict[str, str | None]
    names: dict[str, str]

    def ask(self, row: Row, actor: str) -> Answer:
        """Send the row's request as one of the actors."""
        owner = self.clients["owner"]
        token = self.tokens[actor]
        headers = {key: value.format(**self.names) for key, value in row.headers.items()}
        client = ImageClient(Client(owner.store.address, owner.account, token or ""))
        client.store.connection = owner.store.connection
        return client.send(row.method, row.path.format(**self.names), row.body, headers)

    def everything(self) -> list[Any]:
        """All that is kept of the owner's images, objects, and who may see them."""
        account = self.names["owner"]
        boxes = Container.objects.filter(account__account=account)
        versions = Version.objects.filter(container__in=boxes)
        images = Image.objects.filter(account=account)
        memberships = Membership.objects.filter(image__in=images.values("id"))
        grants = Grant.objects.filter(container__in=boxes)
        kept = [rows.order_by("pk").values() for rows in (versions, images, memberships, grants)]
        # The rest of a container's row are counters, which are brought up to date by the way.
        shown = boxes.order_by("pk").values("name", "meta", "readers", "writers")
        return [list(shown), *map(list, kept)]

    def renew(self, row: Row) -> None:
        """Make anew the images that the row's path names: others have been changed."""
        owner, reader = self.clients["owner"], self.clients["reader"]
        for kind in (each for each in KINDS if f"{{{each}}}" in row.path):
            self.names[kind] = _made(owner, reader, kind, f"{kind}-{token_hex(8)}")


def make_world(new_user: Callable[[], Client]) -> World:
    clients = {who: ImageClient(new_user()) for who in SOMEBODIES}
    owner, reader = clients["owner"], clients["reader"]
    owner.store.put("c")
    owner.store.put("mine")
    ids = {kind: _made(owner, reader, kind, kind) for kind in KINDS}
    owner.store.put("c/object", SECRET)
    accounts = {who: client.account for who, client in clients.items()}
    return World(clients, _tokens(clients), {**ids, **accounts})


def _made(owner: ImageClient, reader: ImageClient, kind: str, name: str) -> str:
    """Make an image of the kind and return its id."""
    if kind == "queued":
        return str(owner.send("POST", "/image/v2/images", {"name": name}).json["id"])
    meta = {"Is_Public": "true"} if kind == "public" else {}
    image = owner.register(name, SECRET, **meta)
    if kind == "shared":
        share(owner.store, f"c/{name}", f"read={reader.account}")
    return image


def _tokens(clients: Mapping[str, ImageClient]) -> dict[str, str | None]:
    owner = find_user(clients["owner"].account)
    revoked = create_token(owner)
    revoke_token(revoked)
    bad = clients["owner"].store.token[:-1] + "!"
    nobodies = dict(zip(NOBODIES, ("", bad, revoked), strict=True))
    limited = {name: create_token(owner, scope=scope) for name, scope in LIMITED.items()}
    return {**nobodies, **limited, **{who: each.store.token for who, each in clients.items()}}
