"""What an error of the driver means to an operator: what is wrong, and what to do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from neo4j.exceptions import AuthError, Neo4jError

from schema.system_reasons import reason
from schema.words import say

# X509_V_ERR_* of OpenSSL: no CA file helps against these
_OF_ANOTHER = (62, 64)
_OUT_OF_TIME = (9, 10)


def advice(error: Exception, *, encrypted: bool) -> str:
    """The rest of a sentence that begins with the server; `encrypted` = the address asks for TLS."""
    if isinstance(error, Neo4jError):
        return _of_answer(error)
    causes = list(_causes(error))
    untrusted = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        return _of_certificate(untrusted)
    broke_off = any(isinstance(cause, ConnectionResetError | ssl.SSLError) for cause in causes)
    if encrypted and broke_off:
        return say("does not speak TLS at this port; leave out +s, or turn TLS on there (server.bolt.tls_level)")
    if not encrypted and any("handshake" in str(cause) for cause in causes):
        return say(
            "ended the connection before it said what it is; it may want TLS (write +s), be older than 5.26, or be no "
            "Bolt port"
        )
    system = next((cause for cause in causes if isinstance(cause, OSError)), None)
    why = type(error).__name__ if system is None else reason(system)
    return say("cannot be reached ({why}); check the address and that it runs, then try again", why=why)


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    told = error.verify_message
    if error.verify_code in _OF_ANOTHER:
        return say(
            "has a certificate for another name ({reason}); write the host as the certificate has it", reason=told
        )
    if error.verify_code in _OUT_OF_TIME:
        return say(
            "has a certificate that does not hold at this time ({reason}); renew it, or put the clock right where it "
            "is wrong",
            reason=told,
        )
    return say(
        "has a certificate that is not trusted ({reason}); name the file of its CA in BAODIAN_STORE_CA_FILE, or "
        "write +ssc instead of +s where it signs itself",
        reason=told,
    )


def _of_answer(error: Neo4jError) -> str:
    code = error.code or ""
    if "AuthenticationRateLimit" in code:
        return say(
            "takes no password for some seconds, after too many wrong ones ({code}); wait, then try again", code=code
        )
    if isinstance(error, AuthError):
        return say(
            "refused user or password ({code}); set BAODIAN_STORE_PASSWORD or BAODIAN_STORE_PASSWORD_FILE (a volume "
            "keeps the password of its first start, whatever a secret says since)",
            code=code,
        )
    if "ReadOnly" in code or "NotALeader" in code:
        return say("is read-only now ({code}); try again when it takes writes", code=code)
    if "DatabaseNotFound" in code or "DatabaseUnavailable" in code:
        return say("does not serve this database ({code}); check the address", code=code)
    if "DeadlockDetected" in code or "LockClient" in code:
        return say("is busy with another write ({code}); try again", code=code)
    if "TransactionTimedOut" in code or "Terminated" in code:
        return say("stopped what took too long ({code}); try again when it has less to do", code=code)
    if "Memory" in code:
        return say("is short of memory ({code}); try again, or give it a larger heap", code=code)
    return say("refused ({code}); see its log", code=code)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that it came from; routing gathers those of several servers."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for each in error.exceptions:
                yield from _causes(each)
        error = error.__cause__ or error.__context__
