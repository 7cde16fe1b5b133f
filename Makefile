# make upgrade | run | test | check | fix | messages | bench | bench-matcher | fire | screenshots

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
SERVICES ?= found

# Settings as a public installation has them; nothing is connected to.
AS_IN_PRODUCTION = ENV_FILE= DEBUG= TESTING= SITE_URL=https://epo.example.org \
	DATABASE_URL=postgres://epo@localhost/epo REDIS_URL=redis://localhost/0 \
	DATA_DIR=$$(mktemp -d) SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))")

.PHONY: upgrade upgraded help install install-dev run test test-sqlite test-postgres test-stack check fix messages bench bench-matcher fire schema screenshots

help:
	@echo "make run        everything on this machine, with a demonstration organisation (PORT, DATA_DIR)"
	@echo "make upgrade    backup, the newer version (TO=a tag; else the newest of the branch), packages, migrations, checks"
	@echo "make test       the whole suite, on SQLite and on PostgreSQL, then the browser"
	@echo "make check      lint, types, imports, templates, migrations, translations, deployment settings"
	@echo "make fix        formats and mends what can be mended by a program"
	@echo "make messages   collects and compiles translations"
	@echo "make bench      times and sizes at the size of the demonstration"
	@echo "make bench-matcher  how good and how quick plans are proven to be, beside other ways to plan (WITH='--only D1')"
	@echo "make fire       processes killed, lines cut, strangers at the door: what is promised is counted (SHORT=1, WITH='--only R1')"
	@echo "make screenshots  pictures for the documents, of a demonstration that runs beside (URL=http://127.0.0.1:8000)"

# The environment is made again whenever its list of packages changed.
.venv/product: requirements.txt
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" 2>/dev/null || \
		{ echo "Hace falta Python 3.11. / Python 3.11 is needed."; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv || \
		{ rm -rf .venv; echo "No se puede crear .venv: ¿falta python3-venv? / Is python3-venv missing?"; exit 1; }
	@echo "Instalando paquetes; la primera vez toma uno o dos minutos.  /  Installing packages; the first time takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt .venv/product
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

install: .venv/product
install-dev: .venv/development

# The backup is made by the version that runs; what comes after it, by the new one. With nothing configured the backup
# lies beside the data, in DATA_DIR/backups. Stop the product first, and start it afterwards.
upgrade: .venv/product
	$(BIN)/python manage.py backup --unencrypted
	@if [ -d .git ]; then set -e; if [ -n "$(TO)" ]; then git fetch --tags --quiet; git checkout --quiet "$(TO)"; \
		else git pull --ff-only --quiet; fi; fi
	$(MAKE) --no-print-directory upgraded

upgraded: .venv/product
	$(BIN)/python manage.py migrate --no-input
	$(BIN)/python manage.py load_reference
	$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	$(BIN)/python manage.py check --database default
	$(BIN)/python manage.py sanity

run: .venv/product
	@exec $(BIN)/python -m epo.launcher

test: test-sqlite test-postgres test-stack

test-sqlite: .venv/development
	$(PYTEST) -n 2 --dist worksteal --backend=sqlite --services=$(SERVICES) -m "not stack and not browser"

test-postgres: .venv/development
	$(PYTEST) -n 2 --dist worksteal --backend=postgres --services=$(SERVICES) -m "not stack and not browser"

# The browser goes through the whole with SQLite. With PostgreSQL it opens every page of the site once more, for what is
# asked of the database is another text there; the administration (whose lists tests/*/test_*admin.py ask on both), pages
# behind a step and the story would take longer than they could find: their SQL is that of the other tests.
test-stack: .venv/development
	$(BIN)/python -m bench.fire --short --services=$(SERVICES)
	$(PYTEST) --backend=postgres --services=$(SERVICES) -m "stack and not browser"
	$(PYTEST) --backend=postgres --services=$(SERVICES) tests/pages/test_pages.py
	$(PYTEST) --backend=sqlite --services=$(SERVICES) -m "stack or browser"

check: .venv/development
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates
	$(AS_IN_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(PYTEST) -q tests/architecture

fix: .venv/development
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .
	$(BIN)/python manage.py write_states

messages: .venv/development
	$(BIN)/python manage.py makemessages --all --no-obsolete --add-location file --ignore ".venv/*" --ignore "data/*"
	$(BIN)/python manage.py compilemessages --ignore ".venv/*"

schema: .venv/development
	$(BIN)/python manage.py spectacular --validate --file docs/api.yaml

bench: .venv/development
	$(BIN)/python -m bench

bench-matcher: .venv/development
	$(BIN)/python -m bench.matcher $(WITH)

fire: .venv/development
	$(BIN)/python -m bench.fire $(if $(SHORT),--short) $(WITH)

screenshots: .venv/development
	$(BIN)/python -m bench.screenshots --url $(or $(URL),http://127.0.0.1:8000) $(WITH)
