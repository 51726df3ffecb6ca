"""Restoration (恢复供电): cutting a fault out and feeding the rest again, step by step."""
