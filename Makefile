# SPDX-License-Identifier: GPL-2.0-only
# kulink: make help

.DEFAULT_GOAL := host
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

KERNEL ?= 6.12
BUILD := build
JOBS ?= $(shell nproc)

.PHONY: host
host: ## library, command and test programs
	$(MAKE) -j$(JOBS) -f host.mk

.PHONY: modules
modules: ## kernel modules for KERNEL=6.12
	scripts/build-modules $(KERNEL)

.PHONY: clean
clean: ## remove what was built here; the cache of kernels stays
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 16
