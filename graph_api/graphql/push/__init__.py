"""Push (推送): subscriptions, each evaluated once for all who see the same of it."""
