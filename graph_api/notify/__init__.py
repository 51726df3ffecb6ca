"""通知: messages to people of an incident that nobody has taken in hand, by signed webhooks."""
