# SPDX-License-Identifier: GPL-2.0-only
# Needs no libkulink: the program that measures, and the script that runs it in the VM.
figures_bin := $(BIN)/tests/figures
tests: $(figures_bin)/figures $(figures_bin)/measure

$(figures_bin)/figures: $(patsubst %.c,$(HOST)/%.o,$(wildcard tests/figures/*.c))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^

$(figures_bin)/measure: tests/figures/measure
	@mkdir -p $(@D)
	cp $< $@
