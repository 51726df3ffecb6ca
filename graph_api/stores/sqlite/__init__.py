"""The embedded store: the whole graph in one SQLite file.

store.py is the contract at the async edge; each ConnectionThread (connection_thread.py) has a connection of its own;
writing.py, staging.py and reading.py are what runs on them; tables.py is the file's format;
place.py tells whether the open file still is the one at its path.
"""

from graph_api.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
