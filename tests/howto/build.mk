# SPDX-License-Identifier: GPL-2.0-only
# The HOWTO's tests need no libkulink: scripts, and programs of one file each.
howto_bin := $(BIN)/tests/howto
howto_programs32 := $(patsubst tests/%.c,$(BIN)/tests/%,$(wildcard tests/howto/*32.c))
howto_programs := $(filter-out $(howto_programs32),$(patsubst tests/%.c,$(BIN)/tests/%,$(wildcard tests/howto/*.c)))
howto_scripts := $(patsubst tests/%,$(BIN)/tests/%,$(shell find tests/howto -maxdepth 1 -type f -perm -u+x) tests/howto/lib.sh)

tests: $(howto_programs) $(howto_programs32) $(howto_scripts)

# Static: half of what a small program costs in the VM is loading its library.
HOWTO_STATIC := -static

# libnl, where a client is the point of the test
$(HOST)/tests/howto/genl_libnl.o: CPPFLAGS += $(shell pkg-config --cflags libnl-genl-3.0)
$(howto_bin)/genl_libnl: HOWTO_LIBS := $(shell pkg-config --libs libnl-genl-3.0)
$(howto_bin)/genl_libnl: HOWTO_STATIC :=

$(howto_programs): $(BIN)/tests/%: $(HOST)/tests/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(HOWTO_STATIC) -o $@ $^ -lpthread $(HOWTO_LIBS)

# NAME32 is a 32-bit program, static, for a VM has no 32-bit libraries.
$(howto_programs32): $(BIN)/tests/%: tests/%.c
	@mkdir -p $(@D) $(HOST)/tests/howto
	$(CC) -m32 $(CPPFLAGS) -MF $(HOST)/tests/howto/$(@F).d -MT $@ $(CFLAGS) -static -o $@ $< -lpthread

$(howto_scripts): $(BIN)/tests/%: tests/%
	@mkdir -p $(@D)
	cp $< $@
