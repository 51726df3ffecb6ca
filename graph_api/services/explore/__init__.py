"""Explore (查询与浏览): search, lists, supply traces, paths and neighbourhoods."""
