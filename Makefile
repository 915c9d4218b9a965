# SPDX-License-Identifier: GPL-2.0-only
# make help lists the targets. host.mk builds for user space, Kbuild for the kernel,
# vm/ boots what was built.

.DEFAULT_GOAL := host
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory

KERNEL ?= 6.12
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
DESTDIR ?=

VERSION := $(shell cat VERSION)

.PHONY: demo
demo: ready ## set up, build, boot a stock kernel in QEMU and show every channel at work
	vm/run --kernel $(KERNEL) -- kulink tour

.PHONY: demo-howto
demo-howto: setup ## boot the same kernel and run every example of the HOWTO, each mechanism bare
	@scripts/build-howto $(KERNEL)
	vm/run --kernel $(KERNEL) --module none --file build/howto/$(KERNEL):/howto -- /howto/demo

.PHONY: howto-figures
howto-figures: setup ## what each mechanism of the HOWTO costs, in instructions
	@scripts/howto-figures

.PHONY: shell
shell: ready ## a prompt in the same VM, with the modules loaded
	vm/run --kernel $(KERNEL) --shell

.PHONY: test
test: setup ## everything: static checks, host tests, four kernels, the harness's self-test
	scripts/setup test bench
	tests/run

.PHONY: test-quick
test-quick: setup ## the host tests and one stock kernel
	scripts/setup test bench
	tests/run --quick

.PHONY: bench
bench: setup ## what every channel costs, into docs/measurements.md; WALL=1: wall time, on the screen alone
	@scripts/setup bench
	@$(MAKE) host
	@$(MAKE) -s -j$(JOBS) -f host.mk bench
	scripts/bench --kernel $(KERNEL) $(if $(WALL),--wall --out build/bench/wall)
ifndef WALL
	@# an instruction clock has one processor: what several do at once is wall time's alone
	scripts/bench --kernel $(KERNEL) --as-built --wall --out build/bench/wall -- -q -w producers
	@scripts/bench-report build/bench/bench.json build/bench/wall/bench.json >docs/measurements.md
	@scripts/bench-plots build/bench/wall/bench.json build/bench
endif
	@scripts/bench-plots build/bench$(if $(WALL),/wall)/bench.json build/bench$(if $(WALL),/wall)

.PHONY: bench-compare
bench-compare: ## what costs more or less than in BASE=file, after make bench
	scripts/bench-compare $(or $(BASE),bench/baseline.json)

.PHONY: soak
soak: setup ## drivers, channels and core come and go under load, for hours: KERNEL=6.12-debug TURNS=1000
	scripts/setup test bench
	tests/soak

.PHONY: check
check: setup ## static checks: checkpatch, sparse, W=1, shellcheck, names, ABI, licences
	scripts/setup test bench
	scripts/check

.PHONY: mutants
mutants: setup ## break each example of the HOWTO in one line, again and again: its test must notice
	scripts/setup test bench
	tests/howto/mutate

.PHONY: host
host: ## library and command, in build/
	@echo "host: building library and command" >&2
	@$(MAKE) -s -j$(JOBS) -f host.mk

.PHONY: test-programs
test-programs:
	@echo "host: building test programs" >&2
	@$(MAKE) -s -j$(JOBS) -f host.mk tests

.PHONY: modules
modules: ## kernel modules for KERNEL=6.12, in build/kernel/
	@scripts/build-modules $(KERNEL)

.PHONY: setup
setup: ## install the Debian packages that are missing (asks first)
	@scripts/setup

.PHONY: ready
ready: setup
	@$(MAKE) host
	@$(MAKE) modules

.PHONY: install
install: host ## library, headers, command, manuals, module sources: PREFIX=/usr/local DESTDIR=
	@scripts/install "$(DESTDIR)" "$(PREFIX)" "$(VERSION)"

.PHONY: dist
dist: ## the HOWTO's examples and chapters alone, in build/kulink-howto.tar.gz
	@scripts/dist

.PHONY: clean
clean: ## remove what was built here; the cache of kernels stays
	rm -rf build

.PHONY: distclean
distclean: clean ## the cache of kernels too
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/kulink"

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20
