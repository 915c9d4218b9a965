# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What a run came to: the guest's verdict (by its own serial port), QEMU's status, and what the kernel reported.
: "${vm:?}"

# The log's relevant part: from a little before the first report on.
show_log() { # FILE
	local first
	first=$(grep -n -m 1 -E -f "$vm/lib/reports" "$1" | cut -d : -f 1)
	if [ -n "$first" ]; then
		sed -n "$((first > 5 ? first - 5 : 1)),$((first + 75))p" "$1" >&2
	else
		tail -n 25 "$1" >&2
	fi
}

# A field of the verdict line.
verdict_of() { # FIELD
	sed -n "s/^verdict .*\b$1=\([0-9]*\) .*end.*/\1/p" "$temp/verdict" 2>/dev/null
}

# Memory that was refused is no fault of the kernel's, though it shows where: what asked has to cope with that.
has_report() { # FILE
	sed -E '/: (vmalloc error|page allocation failure)(:|, )/,/<\/TASK>/d' "$1" 2>/dev/null | grep -q -E -f "$vm/lib/reports"
}

# Sets finding to a sentence and code to the exit status, when the run failed on its own account.
find_fault() {
	local log=$temp/kernel.log
	finding='' code=0
	if [ "$status" = 124 ] || [ "$status" = 137 ]; then
		finding="hung: not done after $timeout s" code=124
	elif [ -z "$(verdict_of status)" ]; then
		if has_report "$temp/console.log"; then
			finding="the kernel went down" code=99
		else
			finding="the machine ended without a verdict (QEMU's status: $status) $(head -n 3 "$temp/qemu.log")" code=125
		fi
	elif has_report "$log" || [ "$(verdict_of taint)" != 0 ]; then
		finding="the kernel reported a fault (taint $(verdict_of taint), leaked objects $(verdict_of leaks))" code=99
	elif [ "$(verdict_of modules)" != 0 ]; then
		finding="a module did not load" code=97
	elif [ "$(verdict_of tap)" = 1 ] && [ "$(verdict_of tests)" = 0 ]; then
		finding="no test ran" code=98
	fi
	log_file=$log
	[ -n "$(verdict_of status)" ] || log_file=$temp/console.log
}

collect() {
	[ -n "$out" ] && [ -s "$temp/files" ] || return 0
	mkdir -p "$out"
	tar -C "$out" -xf "$temp/files" --no-same-owner
}

judge() {
	local own
	find_fault
	collect
	[ -z "$keep_log" ] || cat "$temp/console.log" "$temp/kernel.log" >"$keep_log"
	own=$(verdict_of status)
	grep 'vm: .* stays loaded' "$temp/kernel.log" >&2 || true
	if [ -n "$finding" ]; then
		say "$name: $finding${own:+ (the command said $own)}; the log:"
		show_log "$log_file"
		exit "$code"
	fi
	if [ $tap = yes ] && [ "$own" = 0 ] && [ "$(verdict_of failed)" != 0 ]; then
		say "$name: $(verdict_of failed) of $(verdict_of tests) tests failed"
		exit 1
	fi
	exit "$own"
}
