"""Settings: read from the environment, documented, refused when out of range."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from graph_api import settings as table
from graph_api.settings import BadSetting, Settings, debugging, environment_name, setting, variables, zone_of
from schema.access import AccessRole
from tests.records.settings_page import PAGE, settings_page
from tests.test_house import PACKAGES, ROOT, files

READS = {"environ", "environb", "getenv", "getenvb"}


def test_every_setting_is_documented() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run python -m tests.records.settings_page"
    assert [name for name in variables() if f"`{name}`" not in settings_page()] == []
    assert [each.name for each in fields(Settings) if not each.metadata["help"].endswith(".")] == []


def environment_reads(path: Path) -> Iterator[str]:
    """Lines that read the environment past the table: `os.environ`, its kin, `envvar=` of a written-out name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        of_os = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
        imported = isinstance(node, ast.ImportFrom) and node.module == "os" and {each.name for each in node.names}
        envvar = isinstance(node, ast.keyword) and node.arg == "envvar" and isinstance(node.value, ast.Constant)
        if (of_os and node.attr in READS) or (imported and imported & READS) or envvar:
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_nothing_else_of_the_product_reads_the_environment() -> None:
    product = [path for path in files("*.py") if path.relative_to(ROOT).parts[0] in PACKAGES]
    assert len(product) > 100
    table_itself = Path(table.__file__)
    assert [where for path in product if path != table_itself for where in environment_reads(path)] == []
    assert list(environment_reads(table_itself))


def test_the_environment_sets_them() -> None:
    settings = Settings.from_environment(
        {
            "BAODIAN_PORT": "9000",
            "BAODIAN_MAX_DEPTH": "30",
            "BAODIAN_POSITION_RETENTION_DAYS": "90",
            "BAODIAN_GRAPHIQL": "off",
            "BAODIAN_CORS_ORIGINS": "https://a.example, https://b.example",
            "BAODIAN_MIN_REVISION_WAIT": "0.5",
            "BAODIAN_LOG_FORMAT": "text",
            "BAODIAN_SHARED_DATA": "/somewhere",
            "PATH": "/bin",
        }
    )
    assert (settings.port, settings.graphiql, settings.min_revision_wait) == (9000, False, 0.5)
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.log_format == "text"
    assert Settings.from_environment({}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BAODIAN_PORT", "http"),
        ("BAODIAN_PORT", "70000"),
        ("BAODIAN_GRAPHIQL", "maybe"),
        ("BAODIAN_MAX_DEPTH", "0"),
        ("BAODIAN_MAX_DEPTH", "-1"),
        ("BAODIAN_POSITION_RETENTION_DAYS", "0"),
        ("BAODIAN_POSITION_RETENTION_DAYS", "for ever"),
        ("BAODIAN_MIN_REVISION_WAIT", "soon"),
        ("BAODIAN_MIN_REVISION_WAIT", "nan"),
        ("BAODIAN_LOG_LEVEL", "LOUD"),
        ("BAODIAN_DEBUG", "perhaps"),
        ("BAODIAN_TIME_ZONE", "CST"),
        ("BAODIAN_TIME_ZONE", "../etc/passwd"),
        ("BAODIAN_SESSION_HOURS", "0"),
        ("BAODIAN_OIDC_ISSUER", "http://id.example"),
        ("BAODIAN_OIDC_ISSUER", "http://127.0.0.1.evil.example"),
        ("BAODIAN_OIDC_ISSUER", "https://id.example/?x"),
        ("BAODIAN_OIDC_ISSUER", "https://["),
        ("BAODIAN_OIDC_ISSUER", "id.example"),
        ("BAODIAN_OIDC_ROLES", "control-room=boss"),
        ("BAODIAN_OIDC_ROLES", "dispatcher"),
        ("BAODIAN_OIDC_ROLES", "=dispatcher"),
    ],
)
def test_values_out_of_range_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({name: value})


def test_values_of_a_claim_give_roles() -> None:
    told = {"BAODIAN_OIDC_ROLES": "cn=ops=dispatcher, 台账=Account-Manager ,x=viewer"}
    assert Settings.from_environment(told).oidc_roles == (
        ("cn=ops", AccessRole.DISPATCHER),
        ("台账", AccessRole.ACCOUNT_MANAGER),
        ("x", AccessRole.VIEWER),
    )
    for issuer in ("https://id.example/realms/power", "http://127.0.0.1:8080", "http://localhost:1/", ""):
        assert Settings.from_environment({"BAODIAN_OIDC_ISSUER": issuer}).oidc_issuer == issuer


def test_a_secret_comes_from_its_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = tmp_path / "password"
    held.write_text("hush\n", encoding="utf-8")
    both = {"BAODIAN_STORE_PASSWORD": "other", "BAODIAN_STORE_PASSWORD_FILE": str(held)}
    settings = Settings.from_environment(both)
    assert settings.store_password == held.read_text("utf-8").strip()
    assert "hush" not in repr(settings)
    held.write_bytes("\ufeffhush\r\n".encode())  # as an editor of Windows writes it
    assert Settings.from_environment(both).store_password == settings.store_password
    assert setting("store_password", {"BAODIAN_STORE_PASSWORD": "other"}) == "other"
    monkeypatch.setenv("BAODIAN_STORE_PASSWORD", "hush")
    assert "hush" not in settings_page()
    with pytest.raises(BadSetting, match="BAODIAN_STORE_PASSWORD_FILE names a file that cannot be read"):
        Settings.from_environment({"BAODIAN_STORE_PASSWORD_FILE": str(tmp_path / "none")})


def test_one_setting_is_read_past_a_wrong_value_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODIAN_PORT", "http")
    monkeypatch.setenv("BAODIAN_LANG", "zh")
    assert setting("lang") == "zh"
    with pytest.raises(BadSetting):
        Settings.from_environment()


@pytest.mark.parametrize(("value", "on"), [("1", True), ("off", False), ("perhaps", True), (None, False)])
def test_debugging(value: str | None, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(environment_name("debug"), raising=False)
    if value is not None:
        monkeypatch.setenv(environment_name("debug"), value)
    assert debugging() is on


@pytest.mark.parametrize(
    ("told", "tz", "machine", "zone"),
    [
        ("America/Bogota", "Asia/Urumqi", "Europe/Berlin", "America/Bogota"),
        ("", "Asia/Urumqi", "Europe/Berlin", "Asia/Urumqi"),
        ("", ":UTC", "Europe/Berlin", "UTC"),
        ("", "<+08>-8", "America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("", None, "Europe/Berlin", "Europe/Berlin"),
        ("", "", "Etc/UTC", "Asia/Shanghai"),
        ("", None, "", "Asia/Shanghai"),
    ],
)
def test_a_zone_is_what_the_nearest_says(
    told: str, tz: str | None, machine: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.path.realpath", lambda path: f"/usr/share/zoneinfo/{machine}" if machine else path)
    if tz is None:
        monkeypatch.delenv("TZ", raising=False)
    else:
        monkeypatch.setenv("TZ", tz)
    assert zone_of(told) == zone
