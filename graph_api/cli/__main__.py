"""`python -m graph_api.cli`: the command line where no script is installed."""

from graph_api.cli import main

main()
