"""Search over a snapshot, as people type: Chinese, pinyin, initials, numbers, telephone digits, small typos."""

from graph_api.readmodel.search.postings import SEARCHED_CANDIDATES, SearchColumns
from graph_api.readmodel.search.search_index import Hit, SearchIndex

__all__ = ["SEARCHED_CANDIDATES", "Hit", "SearchColumns", "SearchIndex"]
