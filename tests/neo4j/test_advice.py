"""What an operator is told of an error of the server: what is wrong, and what to do."""

from __future__ import annotations

import pytest
from neo4j.exceptions import Neo4jError

from graph_api.stores.neo4j.advice import advice


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("Neo.ClientError.Security.AuthenticationRateLimit", "wait, then try again"),
        ("Neo.ClientError.Security.Unauthorized", "BAODIAN_STORE_PASSWORD"),
        ("Neo.ClientError.Cluster.NotALeader", "read-only now"),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", "read-only now"),
        ("Neo.ClientError.Database.DatabaseNotFound", "check the address"),
        ("Neo.TransientError.Transaction.DeadlockDetected", "busy with another write"),
        ("Neo.ClientError.Transaction.TransactionTimedOut", "took too long"),
        ("Neo.TransientError.General.OutOfMemoryError", "larger heap"),
        ("Neo.ClientError.Statement.SyntaxError", "see its log"),
    ],
)
def test_each_kind_of_refusal_has_its_way_out(code: str, told: str) -> None:
    error = Neo4jError._hydrate_neo4j(code=code, message="in words of the server")
    said = str(advice(error, encrypted=False))
    assert told in said
    assert code in said or "password" in said
