"""Files of rates that fault location weighs with: read, checked, and written."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from graph_api.errors import InvalidInput
from graph_api.services.location import rates as figures
from graph_api.services.location.rates import EXPLAINING, Rates
from schema.system_reasons import reason
from schema.validation import reason_of
from schema.vocabulary import EvidenceKind
from schema.words import say

DEFAULT = Path(figures.__file__).with_name("rates.yaml")


@cache
def load_rates(path: Path = DEFAULT) -> Rates:
    """Read a file of rates; InvalidInput says what is wrong with it and where."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        rates = Rates.model_validate(content)
    except OSError as error:
        raise InvalidInput(say("The rates {path} cannot be read: {error}.", path=path, error=reason(error))) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(say("The rates {path} are not YAML: {error}.", path=path.name, error=error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidInput(
            say(
                "The rates {path} cannot be used: {where}: {reason}.",
                path=path.name,
                where=where,
                reason=reason_of(first),
            )
        ) from error
    missing = [kind.value for kind in EvidenceKind if kind not in rates.evidence and kind not in EXPLAINING]
    if missing:
        raise InvalidInput(say("The rates {path} say nothing of evidence {kind}.", path=path.name, kind=missing[0]))
    return rates


def write_rates(rates: Rates, path: Path) -> None:
    """Write rates as `load_rates` reads them."""
    path.write_text(yaml.safe_dump(rates.model_dump(mode="json"), allow_unicode=True, sort_keys=False), "utf-8")
