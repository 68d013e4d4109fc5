"""A user of Glance's interface over bare HTTP."""

from typing import Any

from tests.api.client import Answer
from tests.images.client import PATCH, ImageClient

V2 = "/image/v2"
OCTETS = {"Content-Type": "application/octet-stream"}


class GlanceClient(ImageClient):
    def create(self, **fields: Any) -> str:
        """Make an image whose bytes are to come; its id."""
        answer = self.send("POST", f"{V2}/images", {"name": "new", **fields})
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def upload(self, image: str, data: Any) -> Answer:
        return self.send("PUT", f"{V2}/images/{image}/file", data, OCTETS)

    def made(self, data: bytes = b"bytes", **fields: Any) -> str:
        """Make an active image; its id."""
        image = self.create(**fields)
        assert self.upload(image, data).status == 204
        return image

    def show(self, image: str) -> dict[str, Any]:
        answer = self.send("GET", f"{V2}/images/{image}")
        assert answer.status == 200, answer.body
        return dict(answer.json)

    def patch(self, image: str, *steps: tuple[Any, ...]) -> Answer:
        """Send a patch of (op, path) and (op, path, value)."""
        names = ("op", "path", "value")
        body = [dict(zip(names, step, strict=False)) for step in steps]
        return self.send("PATCH", f"{V2}/images/{image}", body, {"Content-Type": PATCH})

    def listed(self, **query: Any) -> list[str]:
        """The names of the caller's own images in a list, in its order."""
        images = self.send("GET", f"{V2}/images", **query).json["images"]
        return [image["name"] for image in images if image["owner"] == self.account]
