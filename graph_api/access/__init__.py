"""Access (权限): who asks, what they may do, and which personal values they see."""
