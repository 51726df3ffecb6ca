"""Root of all questions, put together from the wings."""

from __future__ import annotations

import strawberry

from graph_api.graphql.questions.explore import ExploreQuestions
from graph_api.graphql.questions.incident import IncidentQuestions
from graph_api.graphql.questions.risk import RiskQuestions
from graph_api.graphql.questions.things import ThingQuestions


@strawberry.type(description="查询: all answers of one request hold for one revision of the graph.")
class Query(ThingQuestions, IncidentQuestions, RiskQuestions, ExploreQuestions):
    """Root of all questions, in the order of the contract."""
