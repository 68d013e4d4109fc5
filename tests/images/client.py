"""A user who speaks of images, in each of the interfaces."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from tests.api.client import Answer, Client

PATCH = "application/openstack-images-v2.1-json-patch"
V11, V20 = "/compute/v1.1", "/compute/v2.0"


class ImageClient:
    """A client whose paths begin at the root. store: the same user at the object API."""

    def __init__(self, store: Client) -> None:
        self.store = store
        self.account = store.account

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Answer:
        """Send a request; a body that is no bytes goes as JSON."""
        sent = {"X-Auth-Token": self.store.token, **(headers or {})}
        if body is not None and not isinstance(body, bytes | Iterator):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        return self.store.raw(method, path + (f"?{urlencode(query)}" if query else ""), body, sent)

    def register(self, name: str, data: bytes = b"bytes", **meta: str) -> str:
        """Store the object ``c/<name>``, make it an image of that name, and return its id."""
        assert self.store.put(f"c/{name}", data).status == 201
        answer = self.post_location(f"c/{name}", Name=quote(name), **meta)
        assert answer.status == 200, answer.body
        return answer["X-Image-Meta-Id"]

    def post_location(self, path: str, **meta: str) -> Answer:
        """Register an object; ``meta`` are headers without their prefix, with _ for -."""
        location = f"pithos://{self.account}/{quote(path)}"
        return self.send("POST", "/image/v1/images/", None, of_meta(Location=location, **meta))

    def names(self, **query: Any) -> list[str]:
        """The names in Plankton's list, in its order."""
        return [image["name"] for image in self.send("GET", "/image/v1/images/", **query).json]

    def own_names(self, **query: Any) -> list[str]:
        """The same of the user's own images alone."""
        listed = self.send("GET", "/image/v1/images/detail", **query).json
        return [image["name"] for image in listed if image["owner"] == self.account]

    def detail(self, image: str) -> dict[str, Any]:
        """An image in Plankton's detailed list."""
        listed = self.send("GET", "/image/v1/images/detail").json
        [found] = [each for each in listed if each["id"] == image]
        return dict(found)

    def head(self, image: str) -> Answer:
        return self.send("HEAD", f"/image/v1/images/{image}")

    def update(self, image: str, **meta: str) -> Answer:
        return self.send("PUT", f"/image/v1/images/{image}", None, of_meta(**meta))

    def seen_by(self, image: str) -> list[int]:
        """The statuses of the image in the four interfaces."""
        paths = (f"/image/v2/images/{image}", f"{V11}/images/{image}", f"{V20}/images/{image}")
        answers = [self.send("GET", path) for path in paths]
        return [self.head(image).status, *(answer.status for answer in answers)]


def of_meta(**meta: str) -> dict[str, str]:
    """Headers of an image, without their prefix and with _ for -."""
    return {f"X-Image-Meta-{name.replace('_', '-')}": value for name, value in meta.items()}
