# SPDX-License-Identifier: MIT
# A script, and a udev daemon beside it.
tests: $(BIN)/tests/uevent/run $(BIN)/tests/uevent/udevadm

$(BIN)/tests/uevent/run: tests/uevent/run
	@mkdir -p $(@D)
	cp $< $@

# without it the machine's test fails, and no other
$(BIN)/tests/uevent/udevadm: tests/uevent/fetch
	@mkdir -p $(@D)
	@$< $@ || echo "uevent: no udev to test with" >&2
