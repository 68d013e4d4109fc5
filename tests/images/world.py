"""Everybody who may ask for images, and images of every kind of visibility."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, revoke_token
from accounts.users.users import find_user
from tests.api.client import Answer, Client
from tests.api.visitors import share
from tests.images.client import ImageClient

SECRET = b"what nobody else may see"
SOMEBODIES = ("owner", "reader", "stranger")
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
        """All that the owner can see of images and objects."""
        owner = self.clients["owner"]
        images = owner.send("GET", "/image/v1/images/detail", sort_key="id").json
        shares = [
            owner.send("GET", f"/image/v1/images/{image}/members").body
            for kind, image in self.names.items()
            if kind in {"private", "shared", "public"} and owner.head(image).status == 200
        ]
        own = [image for image in images if image["owner"] == owner.account]
        boxes = owner.store.get("", format="json").json
        objects = [owner.store.get(box["name"], format="json").body for box in boxes]
        return [own, shares, objects]


def make_world(new_user: Callable[[], Client]) -> World:
    clients = {who: ImageClient(new_user()) for who in SOMEBODIES}
    owner, reader = clients["owner"], clients["reader"]
    owner.store.put("c")
    owner.store.put("mine")
    ids = {kind: owner.register(kind, SECRET) for kind in ("private", "shared")}
    ids["public"] = owner.register("public", SECRET, Is_Public="true")
    ids["queued"] = owner.send("POST", "/image/v2/images", {"name": "queued"}).json["id"]
    owner.store.put("c/object", SECRET)
    share(owner.store, "c/shared", f"read={reader.account}")
    accounts = {who: client.account for who, client in clients.items()}
    return World(clients, _tokens(clients), {**ids, **accounts})


def _tokens(clients: Mapping[str, ImageClient]) -> dict[str, str | None]:
    owner = find_user(clients["owner"].account)
    revoked = create_token(owner)
    revoke_token(revoked)
    bad = clients["owner"].store.token[:-1] + "!"
    nobodies = dict(zip(NOBODIES, ("", bad, revoked), strict=True))
    limited = {name: create_token(owner, scope=scope) for name, scope in LIMITED.items()}
    return {**nobodies, **limited, **{who: each.store.token for who, each in clients.items()}}
