# SPDX-License-Identifier: MIT
# What kulink is compared with: its libraries, and the BPF programs' object, embedded as libbpf's skeleton.
bench_libs += -luring -lbpf -lelf -lz -lnl-genl-3 -lnl-3

bench_bpf := $(HOST)/bench/peers/events

$(bench_bpf).bpf.o: bench/peers/bpf/events.bpf.c bench/pattern.h bench/peers/libs.mk
	@mkdir -p $(@D)
	clang -target bpf -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
		-I/usr/include/$(shell $(CC) -print-multiarch) -c -o $@ $<

# bpftool is where only root's path leads.
$(bench_bpf).skel.h: $(bench_bpf).bpf.o
	PATH="$$PATH:/usr/sbin" bpftool gen skeleton $< name events_bpf >$@

$(HOST)/bench/peers/bpf.o $(HOST)/bench/peers/bpf_producers.o: $(bench_bpf).skel.h
$(HOST)/bench/peers/bpf.o $(HOST)/bench/peers/bpf_producers.o: CPPFLAGS += -I$(HOST)/bench/peers
$(HOST)/bench/peers/libnl.o: CPPFLAGS += -I/usr/include/libnl3
