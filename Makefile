# Two commands to begin with: make demo, make test. All that is needed comes from PyPI into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
FUZZ_INPUTS ?= 20000
# The tests are spread over the cores; `make test SPREAD=` runs them one after the other.
SPREAD ?= -n auto --dist worksteal
NATIVE := $(shell find core -name '*.[ch]' -not -path 'core/bind/*' -not -path 'core/tests/*' \
	-o -name '*.pyx' -o -name '*.pxd') core/sources.txt

.PHONY: demo test test-c test-torch lint check fuzz sanitize valgrind docs bench dist clean

# What is done, while it is done, and how long it took: $(call step,words,command).
step = @printf '%s ... ' '$(1)'; start=$$(date +%s); $(2) && echo "$$(($$(date +%s) - start)) s"
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

demo: $(VENV)/.ready
	@sh examples/demo.sh $(BIN)

test: $(VENV)/.test
	$(BIN)/pytest $(SPREAD)

# The room of torch, with the release that it was tested with; without torch these tests are skipped.
test-torch: $(VENV)/.torch
	$(BIN)/pytest $(SPREAD) tests/torch_room

$(VENV)/.torch: $(VENV)/.test constraints.txt
	$(call step,getting torch from PyPI,$(PIP) -c constraints.txt "pyconslaw[torch]")
	@touch $@

# Style and types (configured in pyproject.toml).
lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/mypy

# The C library alone: meson builds and tests it.
test-c: $(VENV)/.test
	PATH="$(CURDIR)/$(BIN):$$PATH" meson setup --reconfigure build/meson . >/dev/null
	PATH="$(CURDIR)/$(BIN):$$PATH" meson test -C build/meson --print-errorlogs

sanitize: $(VENV)/.test
	PATH="$(CURDIR)/$(BIN):$$PATH" meson setup --reconfigure build/sanitize . \
		-Db_sanitize=address,undefined -Db_lundef=false >/dev/null
	PATH="$(CURDIR)/$(BIN):$$PATH" meson test -C build/sanitize --print-errorlogs

# The C tests, large shapes left out, under memcheck: an invalid access, an undefined value or a
# block not freed fails.
MEMCHECK := valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=all \
	--errors-for-leak-kinds=all
valgrind: $(VENV)/.test
	@command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 1; }
	PATH="$(CURDIR)/$(BIN):$$PATH" meson setup --reconfigure build/valgrind . >/dev/null
	PCL_SMALL=1 PATH="$(CURDIR)/$(BIN):$$PATH" meson test -C build/valgrind --print-errorlogs \
		--timeout-multiplier 20 --wrapper "$(MEMCHECK)"

# Random input, bounded: the C tests under sanitizers with other seeds, then the parsers.
fuzz: sanitize
	for seed in 1 2 3 4 5 6 7 8; do PCL_SEED=$$seed PATH="$(CURDIR)/$(BIN):$$PATH" \
		meson test -C build/sanitize --quiet || exit 1; done
	$(BIN)/python tests/fuzz/parsers.py $(FUZZ_INPUTS)

# Everything: sanitizers, valgrind where there is one, the default tests and the long ones, which do
# a tenth of the random cases that they are written for; `make check LONG=1` does all of them,
# 10 000 forgeries of each kind of proof among them, and takes hours.
LONG ?= 0.1
check: test-c sanitize $(if $(shell command -v valgrind),valgrind) $(VENV)/.sweep \
	$(VENV)/.torch
	PYCONSLAW_LONG=$(LONG) $(BIN)/pytest $(SPREAD) -m "long or not long"

# The site in build/docs. Its pages run their code, every time (-E); a warning is an error.
docs: $(VENV)/.docs
	$(BIN)/sphinx-build -E -W --keep-going -q -b html -d build/doctrees docs build/docs
	@echo build/docs/index.html

# Executors of clusters, which the long tests ask: Dask, and MPI where PyPI has one for this machine.
$(VENV)/.sweep: $(VENV)/.test
	$(call step,getting Dask from PyPI,$(PIP) "pyconslaw[sweep]")
	@$(PIP) mpi4py mpich || echo "no MPI from PyPI: its test is skipped" >&2
	@touch $@

$(VENV)/.docs: $(VENV)/.ready
	$(call step,getting what the pages need from PyPI,$(PIP) "pyconslaw[docs]")
	@touch $@

$(VENV)/.ready: pyproject.toml setup.py $(NATIVE)
	$(call step,making an environment in $(VENV),{ test -x $(BIN)/python \
		|| $(PYTHON) -m venv $(VENV); })
	@rm -f core/bind/*.so       # one whose source has another name by now would still be imported
	$(call step,compiling the C core and getting what it needs from PyPI (half a minute),\
		$(PIP) -e .)
	@touch $@

$(VENV)/.test: $(VENV)/.ready
	$(call step,getting what the tests need from PyPI,$(PIP) "pyconslaw[test]")
	@touch $@

# Benchmarks beside their rivals, on one line in one run (bench/README.md): about eight minutes on
# two free cores.
bench: $(VENV)/.bench
	$(BIN)/python -m bench rank --sizes 500,1000,2000,4000 --repeats 3 --budget 9
	$(BIN)/python -m bench integer_rank --sizes 500 --repeats 3 --budget 20
	$(BIN)/python -m bench brackets --repeats 5 --budget 4
	$(BIN)/python -m bench search --repeats 3 --budget 8
	$(BIN)/python -m bench counts --repeats 3 --budget 8
	$(BIN)/python -m bench systems --repeats 3 --budget 8
	$(BIN)/python -m bench scaling --repeats 3 --budget 20
	$(BIN)/python -m bench wide
	$(BIN)/python -m bench plot --growth docs/_static/bench
	@$(BIN)/python -m bench table

$(VENV)/.bench: $(VENV)/.test
	$(call step,getting what the benchmarks need from PyPI,$(PIP) "pyconslaw[plots,sympy]")
	@touch $@

# The archive of the sources, and from it alone the wheel that serves Python 3.11 and later, in
# build/dist, looked at by auditwheel. Wheels for older systems: cibuildwheel (pyproject.toml).
dist: $(VENV)/.dist
	rm -rf build/dist
	$(BIN)/python -m build --outdir build/dist . >/dev/null
	$(BIN)/auditwheel show build/dist/*.whl

$(VENV)/.dist: $(VENV)/.ready
	$(call step,getting what a release needs from PyPI,$(PIP) "pyconslaw[release]")
	@touch $@

clean:
	rm -rf build $(VENV) core/bind/*.so core/bind/*.c *.egg-info
