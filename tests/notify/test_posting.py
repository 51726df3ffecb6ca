"""Where a message may go: to the public net alone, by TLS, unless a setting says otherwise."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from graph_api.errors import InvalidInput
from graph_api.notify.channels import channels_of
from graph_api.notify.posting import Posting, is_public
from schema.incident_terms import NoticeOutcome
from tests.notify.receiver import channel_file, receiving


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1",  # noqa: S104
        "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "192.0.2.1", "198.18.0.1",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_private_nets_and_links_are_none(address: str) -> None:
    """IANA's registers of special addresses, also where one stands inside another."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "64:ff9b::808:808"])
def test_addresses_of_the_public_net_are(address: str) -> None:
    assert is_public(address)


def posted(address: str, *, private: bool = False) -> Any:
    return Posting(address, b"{}", {}, 2.0, private=private).run()


def test_loopback_is_refused_unless_a_setting_allows_it() -> None:
    with receiving() as receiver:
        port = receiver.address.rpartition(":")[2]
        for name in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"):
            for scheme in ("https", "http"):
                assert posted(f"{scheme}://{name}:{port}/").outcome is NoticeOutcome.FAILED
        assert receiver.taken == []
        assert posted(receiver.address, private=True).outcome is NoticeOutcome.DELIVERED


def test_a_name_that_says_something_else_later_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: the first look-up gives a public address, a second one that of this machine."""
    asked: list[str] = []
    with receiving() as receiver:
        port = int(receiver.address.rpartition(":")[2])

        def look_up(host: str, *_: object, **__: object) -> list[Any]:
            asked.append(host)
            place = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

        connected: list[Any] = []

        def connect(place: Any, *_: object) -> socket.socket:
            connected.append(place)
            raise TimeoutError("timed out")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(socket, "create_connection", connect)
        assert posted(f"https://rebinding.example:{port}/").outcome is NoticeOutcome.FAILED
        assert (asked, connected) == (["rebinding.example"], [("8.8.8.8", port)])
        assert receiver.taken == []


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443)) for place in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    told = posted("https://two.example/")
    assert (told.outcome, told.why) == (NoticeOutcome.FAILED, "its address is none of the public net")


def test_what_is_given_up_before_it_began_is_not_sent() -> None:
    with receiving() as receiver:
        posting = Posting(receiver.address, b"{}", {}, 2.0, private=True)
        assert posting.give_up().outcome is NoticeOutcome.FAILED
        assert posting.run().outcome is NoticeOutcome.FAILED
        assert receiver.taken == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channels: [{name: a, url: 'ftp://x', secret_file: SECRET}]", "no address of a web service"),
        ("channels: [{name: a, url: 'https://u:p@x', secret_file: SECRET}]", "no address of a web service"),
        ("channels: [{name: a, url: 'https://[', secret_file: SECRET}]", "no address of a web service"),
        ("channels: [{name: a, url: 'https://x', secret_file: /nothing}]", "a:"),
        ("channels: [{name: a, url: 'https://x', secret_file: SHORT}]", "24 bytes"),
        ("channels: [{name: a, url: 'https://x', secret_file: SECRET, timeout_s: 30}]", "at most 10"),
        ("channels: [{name: a, url: 'https://x'}]", "secret_file"),
        ("channels: {", "cannot be used"),
        ("[]", "cannot be used"),
        ("channels: [&a {name: a, url: 'https://x', secret_file: SECRET}, *a]", "one name"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, told: str) -> None:
    channel_file(tmp_path)
    (tmp_path / "short").write_text("short")
    file = tmp_path / "other.yaml"
    file.write_text(text.replace("SECRET", str(tmp_path / "secret")).replace("SHORT", str(tmp_path / "short")))
    with pytest.raises(InvalidInput, match="cannot be used") as error:
        channels_of(file)
    assert told in str(error.value)
    assert "thirty-two" not in str(error.value)
