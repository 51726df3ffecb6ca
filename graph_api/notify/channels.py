"""Channels (通知渠道): where messages are posted, as a file says it.

    channels:
      - name: gateway                       # by it the timeline names the channel
        url: https://notify.example/baodian
        secret_file: /run/secrets/gateway   # what its messages are signed with
        timeout_s: 5
"""  # fmt: skip

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import yaml

from graph_api.errors import InvalidInput
from schema.system_reasons import reason
from schema.words import say

MOST_S = 10.0
"""Most seconds that a channel may take: less than after which its sender is taken to have died."""
_LEAST_SECRET = 24
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A webhook."""

    name: str
    url: str
    secret: bytes = field(repr=False)
    timeout_s: float


class _Told(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    url: str
    secret_file: str
    timeout_s: float = 5.0


class _File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    channels: list[_Told]


def channels_of(path: Path) -> tuple[Channel, ...]:
    """The channels of a file, in the order in which they are tried. Raises InvalidInput."""
    try:
        said = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), _File)
    except OSError as error:
        raise _wrong(path, reason(error)) from error
    except (UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise _wrong(path, " ".join(str(error).split())) from error
    channels = tuple(_channel(path, each) for each in said.channels)
    if len({each.name for each in channels}) < len(channels):
        raise _wrong(path, say("two channels have one name"))
    return channels


def _channel(path: Path, said: _Told) -> Channel:
    if not said.name.strip() or len(said.name) > 60 or not said.name.isprintable():
        raise _wrong(path, say("a name of a channel has 1 to 60 characters"))
    try:
        parts = urlsplit(said.url)
        known = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.username or parts.fragment:
        raise _wrong(path, say("{name}: its url is no address of a web service", name=said.name))
    if not 0 < said.timeout_s <= MOST_S:
        raise _wrong(path, say("{name}: timeout_s lies above 0 and is at most {most}", name=said.name, most=MOST_S))
    return Channel(name=said.name, url=said.url, secret=_secret(path, said), timeout_s=said.timeout_s)


def _secret(path: Path, said: _Told) -> bytes:
    """Whatever the file holds, or what `whsec_` and base64 stand for. Raises InvalidInput."""
    try:
        text = Path(said.secret_file).read_text("utf-8").strip()
    except OSError as error:
        raise _wrong(path, f"{said.name}: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, say("{name}: its secret is no text", name=said.name)) from error
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True) if text.startswith(_PREFIX) else None
    except binascii.Error as error:
        raise _wrong(path, say("{name}: behind whsec_ stands no base64", name=said.name)) from error
    secret = text.encode() if secret is None else secret
    if len(secret) < _LEAST_SECRET:
        raise _wrong(path, say("{name}: its secret has {least} bytes at least", name=said.name, least=_LEAST_SECRET))
    return secret


def _wrong(path: Path, what: str) -> InvalidInput:
    return InvalidInput(say("The file of channels {path} cannot be used: {what}.", path=str(path), what=what))
