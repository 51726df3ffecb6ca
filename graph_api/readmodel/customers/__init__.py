"""Customers' side of the grid (客户侧): who is fed where by which supplies, and what lies behind."""

from __future__ import annotations

from graph_api.readmodel.customers.accounts import Accounts
from graph_api.readmodel.customers.customers import Customers
from graph_api.readmodel.customers.point import Backup, LoadFacts, Point, Supply, home

__all__ = ["Accounts", "Backup", "Customers", "LoadFacts", "Point", "Supply", "home"]
