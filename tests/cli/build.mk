# SPDX-License-Identifier: GPL-2.0-only
# jsoncheck, as, refused, and the command itself, under ASan and UBSan, with a library that needs no kernel

cli_fake_objects := $(cli_sources:%.c=$(HOST_ASAN)/%.o) \
	$(patsubst %.c,$(HOST_ASAN)/%.o,$(sort $(wildcard tests/cli/fake/*.c)))

tests: $(BIN)/tests/cli/jsoncheck $(BIN)/tests/cli/as $(BIN)/tests/cli/refused $(BIN)/tests/cli/run $(HOST_ASAN)/kulink_fake

$(BIN)/tests/cli/jsoncheck $(BIN)/tests/cli/as $(BIN)/tests/cli/refused: $(BIN)/%: $(HOST)/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -static -o $@ $^

# In the VM the script is called as every folder's: run
$(BIN)/tests/cli/run: tests/cli/vm.sh
	@mkdir -p $(@D)
	install -m 755 $< $@

# kulink counts as loaded where there is a root directory
$(HOST_ASAN)/cli/errors.o: CPPFLAGS += -DKULINK_CLASS='"/"'

$(HOST_ASAN)/kulink_fake: $(cli_fake_objects)
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^ -lsmartcols -ljson-c -lm

# The command over the library that there is: kulink pick is about its channels
tests: $(HOST_ASAN)/kulink_real

$(HOST_ASAN)/kulink_real: $(cli_sources:%.c=$(HOST_ASAN)/%.o) $(HOST_ASAN)/libkulink.a
	$(CC) $(CFLAGS) $(ASAN) -o $@ $^ -lsmartcols -ljson-c -lm $(LIBS)
