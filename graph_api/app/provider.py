"""What the settings make of the identity provider."""

from __future__ import annotations

from graph_api.access.code_flow import CodeFlow
from graph_api.access.fetching import Fetcher
from graph_api.access.provider import Provider
from graph_api.access.tokens import Tokens
from graph_api.app.places import provider_file
from graph_api.errors import InvalidInput
from graph_api.settings import Settings, environment_name
from graph_api.stores.contract import Clock
from schema.system_reasons import reason
from schema.words import say


def tokens_of(settings: Settings, clock: Clock) -> Tokens:
    """What checks its tokens. Raises InvalidInput for settings that cannot be used."""
    if not settings.oidc_audience:
        raise InvalidInput(
            say(
                "{issuer} names a provider, and {audience} not which of its tokens are for this service: set both.",
                issuer=environment_name("oidc_issuer"),
                audience=environment_name("oidc_audience"),
            )
        )
    provider = Provider(settings.oidc_issuer, fetcher_of(settings), provider_file(settings))
    return Tokens(
        provider, settings.oidc_audience, clock, role_claim=settings.oidc_role_claim, roles=dict(settings.oidc_roles),
        scope_claim=settings.oidc_scope_claim,
    )  # fmt: skip


def flow_of(settings: Settings, tokens: Tokens) -> CodeFlow | None:
    """Log-in of browsers at the provider, if there is a client for it."""
    if not settings.oidc_client_id:
        return None
    return CodeFlow(tokens, fetcher_of(settings), settings.oidc_client_id, settings.oidc_client_secret)


def fetcher_of(settings: Settings) -> Fetcher:
    """What asks the provider. Raises InvalidInput for certificates that cannot be read."""
    try:
        return Fetcher(settings.oidc_ca_file)
    except OSError as error:
        raise InvalidInput(
            say(
                "The certificates in {file} cannot be read ({what}).",
                file=settings.oidc_ca_file,
                what=reason(error),
            )
        ) from error
