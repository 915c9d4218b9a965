# SPDX-License-Identifier: GPL-2.0-only
# The ABI without the library. NAME32 is built as a 32-bit program, static, for a VM has no
# 32-bit libraries.

abi_tests := $(patsubst tests/abi/%.c,$(BIN)/tests/abi/%,$(wildcard tests/abi/*.c))
abi_flags = $(CPPFLAGS) -MF $(HOST)/tests/abi/$(@F).d $(CFLAGS)

tests: $(abi_tests) $(BIN)/tests/abi/run

$(BIN)/tests/abi/%32: tests/abi/%32.c tests/abi/build.mk
	@mkdir -p $(@D) $(HOST)/tests/abi
	$(CC) -m32 $(abi_flags) -static -o $@ $<

$(BIN)/tests/abi/%: tests/abi/%.c tests/abi/build.mk
	@mkdir -p $(@D) $(HOST)/tests/abi
	$(CC) $(abi_flags) -o $@ $< $(abi_libs)

$(BIN)/tests/abi/uring $(BIN)/tests/abi/uring_event $(BIN)/tests/abi/uring_flight: abi_libs := -luring

$(BIN)/tests/abi/run: tests/abi/run
	@mkdir -p $(@D)
	install -m 755 $< $@
