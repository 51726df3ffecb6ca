"""Keys and their register: what opens, until when, and what a register refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph_api.access.keys import fits, id_of, new_key
from graph_api.access.register import Register
from graph_api.actor import Actor, ActorKind
from graph_api.errors import InvalidInput, StoreCorrupt
from schema.access import GRANTS, AccessRole, Act

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)
BY = Actor(kind=ActorKind.LOCAL, name="ops")
D = AccessRole.DISPATCHER


def given(register: Register, name: str, *roles: AccessRole, **more: object) -> tuple[Register, str]:
    made = new_key()
    return register.with_key(made, name, roles or [D], by=BY, now=NOW, **more), made.text  # type: ignore[arg-type]


def test_a_key_is_long_alone_and_kept_as_a_digest():
    made, other = new_key(), new_key()
    assert made.text != other.text
    assert id_of(made.text) == made.id
    assert fits(made.text, made.digest)
    assert not fits(other.text, made.digest)
    assert made.text not in Register().with_key(made, "a", [D], by=BY, now=NOW).encoded().decode()
    for text in (
        "",
        "bd_",
        made.text[:-1],
        made.text + "x",
        made.text.upper(),
        made.text.replace("_", "-", 1),
        "é" * 55,
    ):
        assert id_of(text) is None


def test_a_key_opens_until_it_expires_or_is_revoked():
    register, text = given(Register(), "duty", expires_at=NOW + timedelta(days=1))
    assert register.key_of(text, NOW).principal.roles == {D}
    assert register.key_of(text, NOW + timedelta(days=1)) is None
    revoked = register.without("duty", by=BY, now=NOW)
    assert revoked.key_of(text, NOW) is None
    assert revoked.keys[0].revoked_by == "LOCAL:ops"
    assert revoked.is_set_up, "who took the last key away did not open the door"
    assert Register.decoded(revoked.encoded()) == revoked


def test_another_secret_behind_a_known_id_opens_nothing():
    register, text = given(Register(), "duty")
    forged = text[:-43] + "A" * 43
    assert id_of(forged) == id_of(text)
    assert register.key_of(forged, NOW) is None


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\nb", "duty"])
def test_names_that_are_refused(name: str):
    register, _ = given(Register(), "duty")
    with pytest.raises(InvalidInput):
        given(register, name)


def test_a_name_is_free_again_once_its_key_is_revoked():
    register, old = given(Register(), "duty")
    register, new = given(register.without(id_of(old), by=BY, now=NOW), "duty")
    assert register.key_of(old, NOW) is None
    assert register.key_of(new, NOW).name == "duty"
    with pytest.raises(InvalidInput, match="no key or account nobody"):
        register.without("nobody", by=BY, now=NOW)


def test_a_key_needs_a_role_and_one_that_is_not_known_here_gives_nothing():
    made = new_key()
    with pytest.raises(InvalidInput, match="role"):
        Register().with_key(made, "a", [], by=BY, now=NOW)
    register, text = given(Register(), "later")
    later = Register.decoded(register.encoded().replace(b"DISPATCHER", b"ORACLE"))
    principal = later.key_of(text, NOW).principal
    assert (principal.roles, principal.acts, principal.sights) == (frozenset(), frozenset(), frozenset())


def test_a_damaged_register_is_no_empty_one():
    for content in (b"", b"{", b'{"keys": 3}'):
        with pytest.raises(StoreCorrupt):
            Register.decoded(content)


def test_every_role_is_granted_something_and_none_everything():
    assert set(GRANTS) == set(AccessRole)
    assert all(Act.READ in grant.acts and grant.acts != frozenset(Act) for grant in GRANTS.values())
    assert [role for role, grant in GRANTS.items() if Act.ADMINISTER in grant.acts] == [AccessRole.ADMINISTRATOR]
