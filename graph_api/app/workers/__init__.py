"""Further processes of a service (工作进程), which answer queries on the same graph as the one that listens."""
