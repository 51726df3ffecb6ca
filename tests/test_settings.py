"""Settings: read from the environment, documented, refused when out of range."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from graph_api.settings import BadSetting, Settings, environment_name, settings_page

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"


def test_every_setting_is_documented() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "write settings_page() to docs/settings.md"
    for each in fields(Settings):
        assert environment_name(each.name) in settings_page()
        assert each.metadata["help"].endswith(".")


def test_the_environment_sets_them() -> None:
    settings = Settings.from_environment(
        {
            "BAODIAN_PORT": "9000",
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
        ("BAODIAN_MIN_REVISION_WAIT", "soon"),
        ("BAODIAN_MIN_REVISION_WAIT", "nan"),
        ("BAODIAN_LOG_LEVEL", "LOUD"),
    ],
)
def test_values_out_of_range_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({name: value})
