"""A provider's tokens and keys, made by hand with the primitives themselves: nothing of the product signs or checks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "https://id.example", "baodian"
RSA = rsa.generate_private_key(65_537, 2_048)
SMALL = rsa.generate_private_key(65_537, 1_024)  # noqa: S505 (too short: to be refused)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(key: Private, kid: str, **more: Any) -> dict[str, Any]:
    """The public key as RFC 7517, 7518 and 8037 write it."""
    if isinstance(key, rsa.RSAPrivateKey):
        of = key.public_key().public_numbers()
        return {"kty": "RSA", "n": number(of.n), "e": number(of.e), "kid": kid, **more}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        at = key.public_key().public_numbers()
        x, y = (b64(each.to_bytes(32, "big")) for each in (at.x, at.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, **more}
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(raw), "kid": kid, **more}


KEYS = {"keys": [jwk(RSA, "r", use="sig", alg="RS256"), jwk(EC, "e"), jwk(ED, "d"), jwk(SMALL, "small"),
                 jwk(RSA, "enc", use="enc"), {"kty": "oct", "k": b64(b"x" * 32), "kid": "secret"}]}  # fmt: skip
SAID = {
    "issuer": ISSUER,
    "jwks_uri": f"{ISSUER}/jwks",
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
}


def claims(**more: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "s-1", "iat": now, "nbf": now, "exp": now + 300, **more}
    return {name: value for name, value in told.items() if value is not None}


def signature(key: Private | bytes, text: bytes) -> bytes:
    if isinstance(key, bytes):
        return hmac.new(key, text, hashlib.sha256).digest()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(text)
    r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def token(
    key: Private | bytes = RSA, algorithm: str = "RS256", kid: object = "r", says: Mapping[str, Any] | None = None,
    **header: Any,
) -> str:  # fmt: skip
    """A token; `says` are its claims, by default good ones."""
    head = {"typ": "JWT", "alg": algorithm, "kid": kid, **header}
    parts = ({name: value for name, value in head.items() if value is not None}, says if says is not None else claims())
    signed = ".".join(b64(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{b64(signature(key, signed.encode()))}"
