"""Arguments that fields of things share."""

from __future__ import annotations

from typing import Annotated

from graph_api.graphql.enums import Language
from graph_api.graphql.fields import about

LanguageArgument = Annotated[Language, about("语言: 所用的语言。 Language of the text.")]
