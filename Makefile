# make lab    set everything up and open JupyterLab at the start page (OPEN=no, PORT=8899, ROLE=alone|student|instructor)
# make test   set everything up and run all tests, the browser tests included
# make build | check | run | bench | soak | lock | format
PYTHON ?= python3
COURSE = .venv/bin/course
# Only what stands on the command line counts: a PORT in the environment is meant for something else.
said = $(if $(filter command,$(firstword $(origin $1))),$($1))
option = $(if $(call said,$1),--$(if $(filter PORT,$1),port,role) $(call said,$1))
.PHONY: setup lab test build check run bench soak lock format

setup:
	@$(PYTHON) bootstrap.py

lab: setup
	@$(COURSE) lab $(if $(filter no,$(call said,OPEN)),--no-open) $(foreach name,PORT ROLE,$(call option,$(name)))

test: setup
	@.venv/bin/python -m tests

build check run: setup
	@$(COURSE) $@

bench: setup
	@.venv/bin/python -m benchmarks

soak: setup
	@.venv/bin/python -m tests.soak

lock: setup
	@.venv/bin/python -m course.authoring.lock

format: setup
	@.venv/bin/ruff check --fix --quiet . && .venv/bin/ruff format --quiet .
