"""What other interfaces say of an object: attributes in a domain of theirs, such as ``plankton``.

They belong to the version. So they stay when the object is overwritten, and go where it is moved.
A copy gets them too; who must tell it from its source writes the object's UUID into them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import md5
from typing import Final, TypeAlias

import orjson
from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.hashing import EMPTY_DIGEST, merkle_hash
from pithos_api.blocks.pipeline import SMALL_BODY
from pithos_api.services.access import sharing
from pithos_api.services.access.preconditions import check_conditions
from pithos_api.services.access.scopes import require_sharer, require_writer
from pithos_api.services.locks import lock_names
from pithos_api.services.objects import claims, reading
from pithos_api.services.objects.publishing import NewVersion, publish_version
from pithos_api.services.objects.writing import (
    begin_write,
    new_version,
    receive,
    within_quota,
)
from pithos_api.values import (
    ANY_TAG,
    Access,
    Conditions,
    Details,
    ObjectPath,
    ObjectState,
    Published,
    Right,
    ShareChange,
)
from web.bodies.body import RequestBody
from web.json_values import JSONValue

Attributes: TypeAlias = Mapping[str, JSONValue]

_EMPTY_MD5: Final = md5(b"", usedforsecurity=False).digest()


@dataclass(frozen=True, slots=True)
class Attributed:
    """What an object is to have. attributes: None is that the domain goes.

    share: who else may read or write the object.
    """

    attributes: Attributes | None
    share: ShareChange = ShareChange()


@dataclass(frozen=True, slots=True)
class ArrivedContent:
    """Bytes that have come. size: bytes; merkle: 32 bytes; sha512: 64 bytes."""

    size: int
    merkle: bytes
    sha512: bytes


# What is to become of the object that is there under the lock; and the same with new bytes.
Rule = Callable[[ObjectState], Attributed]
Locate = Callable[[], ObjectPath]
ContentRule = Callable[[ObjectState, ArrivedContent], Attributes]


def attributes_of(state: ObjectState, domain: str) -> Attributes:
    """Return the attributes of a domain, none where there is no such domain."""
    found: Attributes = _domains(state).get(domain) or {}
    return found


def change_attributes(credentials: Credentials, path: ObjectPath, domain: str, rule: Rule) -> None:
    """Change attributes and sharing together; bytes and metadata stay. The owner may.

    It makes a new version, also if the attributes stay as they are.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, ContainerNotFoundError,
        SealedContainerError, ObjectNotFoundError, GrantConflictError; whatever the rule raises.
        Then nothing is changed.
    """
    begin_write(credentials, path, Conditions())
    change_sealed(credentials, path, domain, rule)


def change_sealed(credentials: Credentials, path: ObjectPath, domain: str, rule: Rule) -> None:
    """Change attributes of an object that may be sealed; else as ``change_attributes``."""
    require_writer(credentials)
    with transaction.atomic():
        lock_names(path)
        state = reading.open_object(credentials, path, Right.OWN)
        wanted = rule(state)
        require_sharer(credentials, wanted.share)
        version = state.version
        new = NewVersion(
            size=version.size,
            etag=version.etag,
            merkle=version.merkle,
            digests=version.digests,
            details=version.details,
            domains=_with(state, domain, wanted.attributes),
            built_on=version.serial,
        )
        publish_version(state.access, path, new)
        if wanted.share != ShareChange():
            sharing.change_sharing(state.access, path, wanted.share)


@dataclass(frozen=True, slots=True)
class EmptyObject:
    """An object without bytes that is to be made. uuid: its own, which nothing else has."""

    domain: str
    attributes: Attributes
    uuid: str
    content_type: str
    share: ShareChange = ShareChange()


def create_empty(credentials: Credentials, path: ObjectPath, empty: EmptyObject) -> None:
    """Make an object without bytes that has attributes. Nothing may be at the path.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, ContainerNotFoundError,
        GrantConflictError; ConditionFailedError: there is an object.
    """
    absent = Conditions(if_none_match=(ANY_TAG,))
    access = begin_write(credentials, path, absent, empty.share)
    new = NewVersion(
        size=0,
        etag=_EMPTY_MD5,
        digests=(EMPTY_DIGEST,),
        details=Details(empty.content_type),
        uuid=empty.uuid,
        domains=orjson.dumps({empty.domain: empty.attributes}).decode(),
    )
    with transaction.atomic():
        publish_version(access, path, new, absent)
        if empty.share != ShareChange():
            sharing.change_sharing(access, path, empty.share)


def store_attributed(
    credentials: Credentials, locate: Locate, body: RequestBody, domain: str, rule: ContentRule
) -> Published:
    """Make the body the bytes of an object that is there, and change its attributes with them.

    The SHA-512 is made beside the other hashes. No transaction is open while the body streams.

    locate: tells where the object is, now and when the body has come: it may be renamed meanwhile.

    Raises: as ``writing.store_object``; ObjectNotFoundError; whatever the rule raises.
    """
    path = locate()
    access = begin_write(credentials, path, Conditions())
    content = receive(credentials, access, within_quota(access, path, body), with_sha512=True)
    with (
        claims.counted_if_unnamed(credentials, access.actor, content.put, content.begun),
        transaction.atomic(),
    ):
        path = locate()
        lock_names(path)
        state = reading.open_object(credentials, path, Right.OWN)
        arrived = ArrivedContent(content.size, merkle_hash(content.digests), content.sha512 or b"")
        new = replace(
            new_version(content, replace(state.version.details, symlink=None)),
            domains=_with(state, domain, rule(state, arrived)),
            built_on=state.version.serial,
        )
        return publish_version(state.access, path, new)


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object that another interface makes. attributes: asked for when its bytes are there."""

    domain: str
    attributes: Callable[[], Attributes]
    content_type: str


def store_new(
    credentials: Credentials, access: Access, path: ObjectPath, new: NewObject, body: RequestBody
) -> Published:
    """Make the body an object with attributes. Nothing may be at the path; it may be sealed.

    access: what the caller may do there.

    Raises: as ``writing.store_object``; ConditionFailedError: there is an object.
    """
    require_writer(credentials)
    absent = Conditions(if_none_match=(ANY_TAG,))
    if body.length is None or body.length > SMALL_BODY:
        check_conditions(absent, reading.current_etags(access, path))
    content = receive(credentials, access, within_quota(access, path, body))
    with claims.counted_if_unnamed(credentials, access.actor, content.put, content.begun):
        domains = orjson.dumps({new.domain: new.attributes()}).decode()
        version = new_version(content, Details(new.content_type))
        return publish_version(access, path, replace(version, domains=domains), absent)


def _domains(state: ObjectState) -> dict[str, Attributes]:
    written = state.version.domains
    found: dict[str, Attributes] = orjson.loads(written) if written else {}
    return found


def _with(state: ObjectState, domain: str, attributes: Attributes | None) -> str:
    """Return the domains of the next version, JSON."""
    domains = _domains(state)
    domains.pop(domain, None)
    if attributes is not None:
        domains[domain] = attributes
    return orjson.dumps(domains).decode()
