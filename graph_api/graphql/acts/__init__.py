"""Acts (操作): changes of the API that are no command on the graph."""
