"""Customers' side of the grid (客户侧): who is fed where by which supplies, and what lies behind."""

from __future__ import annotations

from graph_api.readmodel.inside.accounts import Accounts
from graph_api.readmodel.inside.index import Inside
from graph_api.readmodel.inside.point import Backup, LoadFacts, Point, Supply

__all__ = ["Accounts", "Backup", "Inside", "LoadFacts", "Point", "Supply"]
