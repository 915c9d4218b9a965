# SPDX-License-Identifier: GPL-2.0-only
# The HOWTO's tests need no libkulink: scripts, and programs of one file each.
howto_bin := $(BIN)/tests/howto
howto_programs := $(patsubst tests/%.c,$(BIN)/tests/%,$(wildcard tests/howto/*.c))
howto_scripts := $(patsubst tests/%,$(BIN)/tests/%,$(shell find tests/howto -maxdepth 1 -type f -perm -u+x) tests/howto/lib.sh)

tests: $(howto_programs) $(howto_scripts)

# libnl, where a client is the point of the test
$(howto_bin)/genl_libnl: HOWTO_LIBS := $(shell pkg-config --cflags --libs libnl-genl-3.0 2>/dev/null)

$(howto_programs): $(BIN)/tests/%: $(HOST)/tests/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ -lpthread $(HOWTO_LIBS)

$(howto_scripts): $(BIN)/tests/%: tests/%
	@mkdir -p $(@D)
	cp $< $@
