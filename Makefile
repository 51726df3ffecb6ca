# The two commands of the README are `make run` and `make test`. `make help` lists all.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
# one file of tests is one worker's (tests/conftest.py), so that what it makes is made once; slow tests begin first
PYTEST = $(BIN)/python -m pytest
SPREAD := -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder
# the hot loops run as Python for coverage: machine code is not seen
LOOPS := tests/readmodel tests/services/outage
CHECK_INSTALLATION := from graph_api.installation import check_installation; check_installation()
.DEFAULT_GOAL := help
.PHONY: help all run test check fix pages bench bench-10m torture torture-nets torture-nights torture-exact torture-neo4j neighbours test-neo4j-2026 test-neo4j-all wheel-test clean harm

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

$(VENV)/run.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -c "$(CHECK_INSTALLATION)"
	$(BIN)/python -m compileall -q graph_api loaders schema seeds
	$(BIN)/python -m graph_api.readmodel.topology.warm
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@

$(VENV)/bench.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	@touch $@

ifdef CHECK
all: check pages test ## what CI runs: compare, write nothing, test, measure coverage (`make all CHECK=1 COVER=1`)
else
all: fix pages ## put right all that a program can: format, lint, the API's contract, pages that are made
endif

run: $(VENV)/run.stamp ## install, load the demo city, serve it (ANEW=1: without what was changed in it today)
	$(BIN)/baodian demo serve --port $(PORT) $(if $(ANEW),--anew)

ifdef COVER
test: $(VENV)/test.stamp $(VENV)/bench.stamp ## all tests; COVER=1: 95 % of lines and branches must be taken
	$(PYTEST) $(SPREAD) -m slow --durations=12
	$(PYTEST) $(SPREAD) -m "not slow" --cov --cov-report= --durations=12
	NUMBA_DISABLE_JIT=1 $(PYTEST) $(SPREAD) $(LOOPS) --cov --cov-append --cov-report=term --cov-fail-under=95
	$(BIN)/python -m tests.branches 95
else
test: $(VENV)/test.stamp ## install what tests need and run all of them (COVER=1: 95 % of the branches must be taken)
	$(PYTEST) $(SPREAD)
endif

check: $(VENV)/test.stamp ## lint, types (of the console, too, where Node.js is), import layers, SDL drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m graph_api.graphql.sdl --check
	$(BIN)/python -m tests.clients.console_types

fix: $(VENV)/test.stamp ## put right what `make check` can put right by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m graph_api.graphql.sdl --write

pages: $(VENV)/test.stamp ## make settings, schema reference and the outputs in README and tour again (CHECK=1: compare)
	$(BIN)/python -m tests.records $(if $(CHECK),--check)

bench: $(VENV)/bench.stamp $(VENV)/test.stamp ## benchmarks against peers at 100k and 1M elements; writes docs/figures.md
	$(BIN)/python -m tests.bench --out bench-report --figures docs/figures.md

bench-10m: $(VENV)/bench.stamp ## smoke run at 10 million elements
	$(BIN)/python -m tests.bench --smoke-10m --out bench-report-10m

torture: $(VENV)/test.stamp ## 500 kill -9 loops and 1,000 swaps of the embedded store's file, 200 of keeping timelines, long runs of what chance decides
	$(BIN)/python -m tests.stores.torture --kills 500
	$(BIN)/python -m tests.stores.swapping --swaps 1000
	$(BIN)/python -m tests.services.location.worlds 6000
	$(BIN)/python -m tests.keeping.killing --rounds 200

torture-nets: $(VENV)/test.stamp ## 10,000 random networks judged by the independent model; prints the seeds that differ
	$(BIN)/python -m tests.judged.torture --nets 10000

torture-exact: $(VENV)/test.stamp ## restoration on 1,500 random grids against an integer program
	BAODIAN_TORTURE=1 $(PYTEST) -m slow tests/judged/test_exact.py

torture-nights: $(VENV)/test.stamp ## 200 nights on the demo city, every step recorded and judged; prints what is wrong
	$(BIN)/python -m tests.judged.torture_nights 1 200

harm: $(VENV)/test.stamp ## harm-minutes of plans on the demo's 110 kV lines and busbars
	$(BIN)/python -m tests.judged.harm --without-transfers

torture-neo4j: $(VENV)/test.stamp ## 20 kill -9 loops of a Neo4j server during writes, 200 of keeping timelines on one
	$(BIN)/python -m tests.neo4j.torture --kills 20
	$(BIN)/python -m tests.keeping.killing --rounds 200 --neo4j

neighbours: $(VENV)/test.stamp ## what people do to a store past this program (edits, replaced files, a foreign snapshot), as a table
	$(BIN)/python -m tests.neighbours

test-neo4j-all: $(VENV)/test.stamp ## the tests of Neo4j on 5.26 and on 2026.x, each on a real server
	BAODIAN_REQUIRE_NEO4J=1 BAODIAN_NEO4J_VERSION=5.26.30 $(BIN)/python -m pytest tests/neo4j
	BAODIAN_REQUIRE_NEO4J=1 BAODIAN_NEO4J_VERSION=2026.08.1 $(BIN)/python -m pytest tests/neo4j

test-neo4j-2026: $(VENV)/test.stamp ## what CI runs on 2026.x (Java 21 or 25): the store's contract and tests, but for kills and outages
	BAODIAN_REQUIRE_NEO4J=1 BAODIAN_NEO4J_VERSION=2026.08.1 $(BIN)/python -m pytest tests/neo4j tests/contract \
		-k "neo4j and not kill and not away"

container-check: $(VENV)/test.stamp ## the container's command as its user, root read-only, the same mounts (Linux, root; no engine)
	$(BIN)/python -m tests.container_check

wheel-test: $(VENV)/test.stamp ## build the wheel, install it into an environment of its own, use it outside the tree
	$(BIN)/python -m pytest tests/test_wheel.py

clean: ## remove everything that make made
	rm -rf $(VENV) build dist *.egg-info
