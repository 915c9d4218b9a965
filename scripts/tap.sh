# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# TAP for the shell tests that run on the host: . scripts/tap.sh; check "what" COMMAND...; tap_end

tap_n=0 tap_failed=0

# Passes when the command succeeds; when it does not, the end of what it said is shown.
check() {
	local what=$1 said
	shift
	tap_n=$((tap_n + 1))
	if said=$("$@" 2>&1); then
		echo "ok $tap_n - $what"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $what"
		tail -n 40 <<<"$said" | sed 's/^/# /'
	fi
}

tap_end() {
	echo "1..$tap_n"
	exit $((tap_failed > 0 || tap_n == 0))
}
