"""Root of all questions, put together from the wings."""

from __future__ import annotations

import strawberry

from graph_api.graphql.questions.explore import ExploreQuestions
from graph_api.graphql.questions.incident import IncidentQuestions
from graph_api.graphql.questions.now import NowQuestions
from graph_api.graphql.questions.risk import RiskQuestions
from graph_api.graphql.questions.things import ThingQuestions


@strawberry.type(
    description="查询: 一次请求的全部结果基于同一版本的图谱；某一部分被拒绝时仅该部分为空，并附错误。 All "
    "answers of one request hold for one revision of the graph; a part that is refused is null, with an error at its "
    "path, and empties no other."
)
class Query(ThingQuestions, NowQuestions, IncidentQuestions, RiskQuestions, ExploreQuestions):
    """Root of all questions, in the order of the contract."""
