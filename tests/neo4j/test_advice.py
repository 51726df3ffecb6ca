"""What an operator is told of an error of the server: what is wrong, and what to do."""

from __future__ import annotations

import socket
import ssl

import pytest
from neo4j.exceptions import Neo4jError, ServiceUnavailable

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


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (62, "write the host as the certificate has it"),
        (64, "write the host as the certificate has it"),
        (10, "put the clock right"),
        (9, "put the clock right"),
        (18, "BAODIAN_STORE_CA_FILE"),
        (20, "BAODIAN_STORE_CA_FILE"),
    ],
)
def test_a_ca_file_is_advised_only_where_it_helps(code: int, told: str) -> None:
    untrusted = ssl.SSLCertVerificationError(1, "certificate verify failed")
    untrusted.verify_code, untrusted.verify_message = code, "in words of OpenSSL"
    said = str(advice(_from(untrusted), encrypted=True))
    assert told in said
    assert "in words of OpenSSL" in said
    assert ("CA" in said) == (code in (18, 20))


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no address is known for that name"),
        (ConnectionRefusedError(111, "Connection refused"), "nothing listens there"),
        (ValueError("of no system call"), "ServiceUnavailable"),
    ],
)
def test_why_a_server_cannot_be_reached_is_said(cause: Exception, told: str) -> None:
    assert f"cannot be reached ({told})" in str(advice(_from(cause), encrypted=False))


def _from(cause: Exception) -> ServiceUnavailable:
    error = ServiceUnavailable("in words of the driver")
    error.__cause__ = cause
    return error
