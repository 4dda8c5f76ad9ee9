# What people type. Every target says what it does in `make help`.
ENV ?= local
INSTITUTION ?=
FORMAT ?= table
SVG ?=
PROMETHEUS ?=
BASE ?= origin/main
URL ?=
SCENARIO ?=
BACKEND ?=
ARGS ?=

python = "$$(python3 local/bootstrap.py)"
asked = --environment $(ENV) $(if $(INSTITUTION),--institution $(INSTITUTION))
cache := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/imaging-repository
pytest = -o cache_dir=$(cache)/pytest
# Nothing that these commands leave behind lies outside the cache.
export PYTHONPYCACHEPREFIX := $(cache)/pycache
export HYPOTHESIS_STORAGE_DIRECTORY := $(cache)/hypothesis

.PHONY: help up preview check placement promises changes down destroy status kubeconfig tools schema compliance lock lint test test-fast test-plugin test-autoscaling test-ceph test-machines load-test bench

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

up: ## bring the environment up: the platform, then its institutions [ENV= INSTITUTION=]
	@$(python) -m local.commands up $(asked)

preview: ## show what up would change, with every policy pack [ENV= INSTITUTION=]
	@$(python) -m local.commands preview $(asked)

check: ## check the stack files alone: no engine, no cluster [ENV= INSTITUTION=]
	@$(python) -m local.commands check $(asked)

placement: ## where every copy lies, and what each loss leaves [ENV= INSTITUTION= SVG=file]
	@$(python) -m local.commands placement $(asked) $(if $(SVG),--svg "$(SVG)")

promises: ## what each institution was promised, and what is kept [ENV= INSTITUTION= PROMETHEUS=url]
	@$(python) -m local.commands promises $(asked) $(if $(PROMETHEUS),--prometheus "$(PROMETHEUS)")

changes: ## which promises differ from another commit's, as Markdown [BASE=origin/main]
	@$(python) -m local.commands changes --base "$(BASE)"

down: ## remove everything that up made; simulated environments only [ENV=]
	@$(python) -m local.commands down $(asked)

destroy: ## destroy an armed stack with its examinations; see docs/destruction.md [ENV= INSTITUTION=]
	@$(python) -m local.commands destroy $(asked)

status: ## what is up [ENV= INSTITUTION= FORMAT=table|json]
	@$(python) -m local.commands status $(asked) --format $(FORMAT)

kubeconfig: ## print the path of the environment's kubeconfig [ENV=]
	@$(python) -m local.commands kubeconfig $(asked)

tools: ## find or make the tool chain, and say where each tool came from
	@$(python) -m local.toolchain

schema: ## write the JSON Schemas of the stack files
	@$(python) -m components.catalog.schema

compliance: ## write the page that says what holds each promise
	@$(python) -m tests.compliance.page

lock: ## pin every dependency by hash (needs uv)
	uv pip compile pyproject.toml --group test --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock

lint: ## style and types
	@$(python) -m ruff check --quiet --cache-dir $(cache)/ruff .
	@$(python) -m ruff format --check --quiet --cache-dir $(cache)/ruff .
	@$(python) -m mypy --cache-dir $(cache)/mypy --no-error-summary components loadtest local tests
	@$(python) -m mypy --cache-dir $(cache)/mypy --no-error-summary __main__.py
	@$(python) -m mypy --cache-dir $(cache)/mypy --no-error-summary policy-packs

test-plugin: ## build and test the Dicoogle plugin: faults, kills (two minutes)
	@sh plugin/verify.sh

test: lint test-plugin ## everything that must pass: style, types, the plugin, unit tests, whole environments
	@IMAGING_TOOLS="$$($(python) -m local.toolchain --bin)" && export IMAGING_TOOLS && \
		$(python) -m pytest $(pytest) -m "not ceph and not autoscaling and not machines"

test-fast: lint ## the same without environments: about a minute
	@$(python) -m pytest $(pytest) -m "not environment and not ceph and not autoscaling and not machines"

test-ceph: ## lose disks, hosts, a data centre of a real Ceph (root; Debian's packages; 8 minutes)
	@$(python) -m pytest $(pytest) -m ceph --exitfirst tests/ceph

test-autoscaling: ## close the autoscaling loop with real parts, and break each (root; 8 minutes)
	@IMAGING_TOOLS="$$($(python) -m local.toolchain --bin)" && export IMAGING_TOOLS && \
		$(python) -m pytest $(pytest) -m autoscaling --exitfirst tests/autoscaling

test-machines: ## make a cluster of real machines over SSH, and break it (root; 5 minutes)
	@IMAGING_TOOLS="$$($(python) -m local.toolchain --bin)" && export IMAGING_TOOLS && \
		$(python) -m pytest $(pytest) -m machines tests/machines

load-test: ## load an archive, 1 to 100 users in 20 minutes; see docs/load-test.md [URL= SCENARIO= BACKEND=]
	@$(python) -m loadtest run $(if $(URL),--url "$(URL)") $(if $(SCENARIO),--scenario $(SCENARIO)) \
		$(if $(BACKEND),--backend $(BACKEND)) $(ARGS)

bench: ## measure; nothing is asserted
	@$(python) -m tests.benchmarks
