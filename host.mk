# SPDX-License-Identifier: MIT
# What runs on the host and in user space of a VM: make -f host.mk [all | tests]
# all is the library and the command; tests is that and the test programs.
#
#   build/lib/libkulink.{a,so,so.0,so.0.1.0}  build/bin/kulink
#   build/bin/tests/FOLDER/NAME               a test program for each tests/FOLDER/NAME.c, or one,
#                                             FOLDER/FOLDER, if the folder has a main.c
#   build/bin/tests/unit_NAME                 the library's unit tests, under ASan and UBSan
#
# A folder of tests is linked with what its common/ has; scripts go beside its programs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

BUILD ?= build
CC ?= gcc
VERSION := $(shell cat VERSION)
SONAME := libkulink.so.0

# The ABI's header must be found before the drivers' header of the same name.
CPPFLAGS := -Iinclude/uapi -Iinclude -D_GNU_SOURCE -DKULINK_VERSION='"$(VERSION)"' -MMD -MP
CFLAGS := -O2 -g -std=gnu11 -Wall -Wextra -Werror
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LIBS := -ludev -lmnl -luring

HOST := $(BUILD)/host
HOST_ASAN := $(BUILD)/host-asan
LIB := $(BUILD)/lib
BIN := $(BUILD)/bin

lib_sources := $(sort $(wildcard lib/*.c))
cli_sources := $(sort $(wildcard cli/*.c))
unit_sources := $(sort $(wildcard tests/unit/*.c))
unit_common := $(sort $(wildcard tests/unit/common/*.c))

.DEFAULT_GOAL := all

.PHONY: all tests
tests: all
all: $(LIB)/libkulink.a $(LIB)/libkulink.so $(LIB)/pkgconfig/kulink.pc

# Objects: the library's are position-independent and hide what the map does not name.
$(HOST)/lib/%.o: lib/%.c host.mk
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -c -o $@ $<

$(HOST)/%.o: %.c host.mk
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Ilib $(CFLAGS) -c -o $@ $<

$(HOST_ASAN)/%.o: %.c host.mk
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Ilib $(CFLAGS) $(ASAN) -c -o $@ $<

# The library
lib_objects := $(lib_sources:%.c=$(HOST)/%.o)

$(LIB)/libkulink.a: $(lib_objects)
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^

$(LIB)/libkulink.so.$(VERSION): $(lib_objects) lib/libkulink.map
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=lib/libkulink.map \
		-Wl,--no-undefined -o $@ $(lib_objects) $(LIBS)

$(LIB)/$(SONAME): $(LIB)/libkulink.so.$(VERSION)
	ln -sf $(<F) $@

$(LIB)/libkulink.so: $(LIB)/$(SONAME)
	ln -sf $(<F) $@

# Where it was built, for programs that are built beside it; make install writes its own.
$(LIB)/pkgconfig/kulink.pc: lib/kulink.pc.in host.mk
	@mkdir -p $(@D)
	sed -e 's|@prefix@|/usr/local|' -e 's|@libdir@|$${prefix}/lib|' -e 's|@version@|$(VERSION)|' $< >$@

# The command
ifneq ($(filter cli/main.c,$(cli_sources)),)
all: $(BIN)/kulink
endif

# What the kernel starts for each event; as small as can be
all: $(BIN)/kulink-upcall

$(BIN)/kulink-upcall: $(HOST)/libexec/kulink-upcall.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -static -o $@ $^

# What measures, started by "kulink bench", for make bench and make test alone; bench/peers/libs.mk names the libraries of
# those it is compared with
bench_sources := $(sort $(wildcard bench/*.c bench/bare/*.c bench/peers/*.c))
bench_libs := -lsmartcols -lmnl -lpthread
-include bench/peers/libs.mk

.PHONY: bench
bench: $(BIN)/kulink-bench
tests: bench

$(BIN)/kulink-bench: $(bench_sources:%.c=$(HOST)/%.o) | $(LIB)/libkulink.so
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wl,-rpath,'$$ORIGIN/../lib' -o $@ $^ -L$(LIB) -lkulink $(bench_libs)

# What kulink pick answers from where nothing has been measured; found beside the command, as the library is
ifneq ($(wildcard bench/baseline.json),)
all: $(BUILD)/share/kulink/baseline.json
endif

$(BUILD)/share/kulink/baseline.json: bench/baseline.json
	@mkdir -p $(@D)
	cp $< $@

$(BIN)/kulink: $(cli_sources:%.c=$(HOST)/%.o) | $(LIB)/libkulink.so
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wl,-rpath,'$$ORIGIN/../lib' -o $@ $^ -L$(LIB) -lkulink -lsmartcols -ljson-c -lm

# Unit tests: the library's own objects again, with sanitizers
unit_tests := $(unit_sources:tests/unit/%.c=$(BIN)/tests/unit_%)

tests: $(unit_tests)

$(HOST_ASAN)/libkulink.a: $(lib_sources:%.c=$(HOST_ASAN)/%.o)
	rm -f $@
	$(AR) rcs $@ $^

$(BIN)/tests/unit_%: $(HOST_ASAN)/tests/unit/%.o $(unit_common:%.c=$(HOST_ASAN)/%.o) $(HOST_ASAN)/libkulink.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^ -lcmocka $(LIBS)

# The other folders: programs for a VM, linked with the shared library
folders := $(filter-out unit abi driver,$(patsubst tests/%/,%,$(wildcard tests/*/)))

folder_link = $(CC) $(CFLAGS) -Wl,-rpath,'$$ORIGIN/../../../lib' -o $@ $^ -L$(LIB) -lkulink \
	-lcmocka -lmnl -lpthread

define folder_rules
$(1)_sources := $$(wildcard tests/$(1)/*.c)
$(1)_common := $$(patsubst %.c,$(HOST)/%.o,$$(wildcard tests/$(1)/common/*.c))
$(1)_scripts := $$(patsubst tests/%,$(BIN)/tests/%,$$(shell find tests/$(1) -maxdepth 1 -type f -perm -u+x))

ifneq ($$(filter %/main.c,$$($(1)_sources)),)
$(1)_programs := $(BIN)/tests/$(1)/$(1)
$$($(1)_programs): $$($(1)_sources:%.c=$(HOST)/%.o)
else
$(1)_programs := $$(patsubst tests/%.c,$(BIN)/tests/%,$$($(1)_sources))
$$($(1)_programs): $(BIN)/tests/%: $(HOST)/tests/%.o
endif

tests: $$($(1)_programs) $$($(1)_scripts)

$$($(1)_programs): $$($(1)_common) | $(LIB)/libkulink.so
	@mkdir -p $$(@D)
	$$(folder_link)

$$($(1)_scripts): $(BIN)/tests/%: tests/%
	@mkdir -p $$(@D)
	cp $$< $$@
endef

$(foreach folder,$(folders),$(if $(wildcard tests/$(folder)/build.mk),,$(eval $(call folder_rules,$(folder)))))
include $(wildcard tests/*/build.mk)

.SECONDARY:
-include $(shell find $(HOST) $(HOST_ASAN) -name '*.d' 2>/dev/null)
