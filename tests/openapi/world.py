"""The things that requests of chance are about, and who asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.api.client import Client
from tests.blobs.client import BlobClient
from tests.images.client import ImageClient

JSON = {"Content-Type": "application/json"}
# Requests may take these away from a user, who could ask for nothing more.
OF_THE_VICTIM = {"user", "token", "app_password", "identity"}


@dataclass
class World:
    """Users and what they have. victim: somebody who asks for nothing."""

    user: Client
    operator: Client
    victim: Client
    # Nothing has been asked since that might have taken something away.
    _is_whole: bool = field(default=False, init=False)

    def callers(self) -> list[str | None]:
        """The tokens of all who ask; None is nobody's."""
        return [self.user.token, self.operator.token, None]

    def known(self, verb: str, path: str) -> dict[str, Sequence[str]]:
        """Make anew what requests took away; tell what leads to it, by the parameters of paths.

        verb: what it is told for.
        """
        for client in (self.user, self.victim):
            client.connection.close()  # which has been idle for long, perhaps
        if not self._is_whole:
            self._store()
        self._is_whole = verb.upper() in {"GET", "HEAD"}
        return {
            "account": [self.user.account, self.operator.account, "none"],
            "container": ["c", "made", "none"],
            "object": ["o", "folder/o", "manifest", "made", "none"],
            "member": [self.operator.account, "none"],
            "version": ["v1.1", "v2.0"],
            "schema": ["image", "images", "member", "members"],
            "blob": ["first", "made", "none"],
            "image": [*self._images(path), "11111111-1111-4111-8111-111111111111"],
            "tag": ["word"],
            "key": [*self._keys(path), "none"],
        }

    def _store(self) -> None:
        self.user.post("", headers={"X-Account-Group-Friends": self.operator.account})
        self.user.put("c")
        for name, headers in (("o", {"X-Object-Public": "true"}), ("folder/o", {})):
            self.user.put(f"c/{name}", b"content", headers)
        self.user.put("c/manifest", b"", {"X-Object-Manifest": "c/folder/"})
        BlobClient(self.user).put("first", b"bytes of a blob that is long enough")

    def _images(self, path: str) -> list[str]:
        if "{image}" not in path:
            return []
        images = ImageClient(self.user)
        listed = images.send("GET", "/image/v2/images?visibility=private").json["images"]
        return [listed[0]["id"] if listed else images.register("image")]

    def _keys(self, path: str) -> list[str]:
        if path.startswith("/s/"):
            return [self.user.post("c/o", b"{}", JSON, link="").json["key"]]
        if path.startswith("/public/"):
            return [self.user.head("c/o")["X-Object-Public"].rpartition("/")[2]]
        if path.startswith("/compute/"):
            return ["os", "description"]
        return self._resources(path.split("/")[2]) if path.endswith("{key}") else []

    def _resources(self, name: str) -> list[str]:
        who = self.victim if name in OF_THE_VICTIM else self.user
        answer = who.raw("GET", f"/api/{name}?depth=0", None, {"X-Auth-Token": who.token})
        return [quote(str(key), safe="") for key in answer.json]
