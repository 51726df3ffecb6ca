"""A running service takes the tokens of a real provider: keys turned over, the provider away, the service restarted."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from schema.batch import GraphBatch
from schema.people import Person
from tests.cli.conftest import Shell, nothing_set_around, shell
from tests.provider.conftest import RealProvider
from tests.serving import running

__all__ = ["nothing_set_around", "shell"]

ROOT = Path(__file__).parents[2]
VIEWER = "{ viewer { kind name roles person } }"


class Service:
    def __init__(self, address: str) -> None:
        self.address = address

    def ask(self, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(f"{self.address}/graphql", json={"query": VIEWER}, headers=headers, trust_env=False)

    def until(self, token: str, status: int, seconds: float = 30) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.ask(token).status_code == status:
                return True
            time.sleep(0.2)
        return False


@contextmanager
def service(shell: Shell, provider: RealProvider, **more: str) -> Iterator[Service]:
    around = {
        "BAODIAN_STORE": shell.store,
        "BAODIAN_OIDC_ISSUER": provider.issuer,
        "BAODIAN_OIDC_AUDIENCE": "baodian",
        "BAODIAN_OIDC_ROLE_CLAIM": "realm_access.roles",
        "BAODIAN_OIDC_ROLES": "control-room=dispatcher, revision=auditor",
        **more,
    }
    with running([sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"], around, ROOT) as (address, _, _p):
        yield Service(address)


@pytest.mark.slow
def test_tokens_of_a_real_provider(provider: RealProvider, shell: Shell) -> None:
    shell.fill(GraphBatch(entities=[Person(id="P1", name="王芳")]))
    roles = {"realm_access": {"roles": ["control-room", "offline_access"]}}
    other_keys = [provider.tell("key", alg=algorithm)["kid"] for algorithm in ("ES256", "EdDSA")]
    first = [provider.token(kid, **roles) for kid in (provider.kid, *other_keys)]
    with service(shell, provider) as asked:
        assert asked.until(first[0], 200)
        for token in first:
            found = asked.ask(token).json()["data"]["viewer"]
            assert found == {"kind": "SUBJECT", "name": "s-1", "roles": ["DISPATCHER"], "person": None}
        for wrong in (
            provider.token(aud="other", **roles), provider.token(iss="https://evil.example", **roles),
            provider.token(exp=int(time.time()) - 61, **roles), provider.token(nbf=int(time.time()) + 70, **roles),
            provider.token(sub=None, **roles), provider.token(header={"kid": "x"}, **roles),
        ):  # fmt: skip
            assert asked.ask(wrong).status_code == 401
        nobody = httpx.post(f"{asked.address}/graphql", json={"query": VIEWER}, trust_env=False)
        assert nobody.status_code == 401, "a provider is set, so that nobody is the user of this machine"
        assert asked.ask(provider.token()).status_code == 403, "no role"

        provider.stop()
        assert asked.ask(first[0]).status_code == 200, "the provider is away"
        provider.start()  # with another key in the place of the three
        turned = provider.token(**roles)
        assert asked.until(turned, 200)
        assert asked.ask(first[0]).status_code == 401, "a key that was taken back"
        provider.stop()
    with service(shell, provider) as asked:
        assert asked.until(turned, 200), "the keys are kept across a restart, though the provider is away"
        assert asked.ask(first[0]).status_code == 401
