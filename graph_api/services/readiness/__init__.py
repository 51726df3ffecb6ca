"""Readiness (应急准备): what is not ready before anything happens."""
