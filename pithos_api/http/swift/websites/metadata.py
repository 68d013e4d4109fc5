"""Containers whose objects visitors see as pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pithos_api.http.swift.parsing.requests import is_true
from pithos_api.services.containers.websites import read_web_metadata
from pithos_api.values import ContainerPath, ObjectPath


@dataclass(frozen=True, slots=True)
class Website:
    """What a container's metadata says of it as a website (contract/swift.md, d); "" is nothing.

    index: the name of the object that is shown for a folder. error: what follows the status in the
    names of pages for errors. listings: whether folders without an index are listed.
    css: a style sheet of listings, a name in the container or a URL. label: what listings call the
    container. directory_type: the media type of objects that stand for folders.
    """

    index: str = ""
    error: str = ""
    listings: bool = False
    css: str = ""
    label: str = ""
    directory_type: str = ""

    @classmethod
    def of(cls, meta: Mapping[str, str]) -> Self | None:
        """Return the website that a container's metadata makes, None where it makes none."""
        index, error = meta.get("Web-Index", ""), meta.get("Web-Error", "")
        listings = is_true(meta.get("Web-Listings"))
        if not (index or error or listings):
            return None
        return cls(
            index=index,
            error=error,
            listings=listings,
            css=meta.get("Web-Listings-Css", ""),
            label=meta.get("Web-Listings-Label", ""),
            directory_type=meta.get("Web-Directory-Type") or "application/directory",
        )

    @property
    def shows_folders(self) -> bool:
        """Whether there may be something to see for a folder."""
        return bool(self.index) or self.listings

    def stands_for_folder(self, content_type: str, size: int) -> bool:
        """Return whether an object of this type and size in bytes is a mark of a folder."""
        return self.shows_folders and size <= 1 and content_type == self.directory_type


def website_at(path: ContainerPath | ObjectPath) -> Website | None:
    """Return the website that the path's container is, None if it is none. One statement."""
    return Website.of(read_web_metadata(path))
