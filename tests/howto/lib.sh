# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the tests of an example of the HOWTO, which are functions of the script tests/howto/EXAMPLE. The script names them
# in $tests and ends with main "$@". Each runs alone, in a shell of its own that any failing command ends, from the
# example's folder with nothing loaded; what it loaded must unload again after it.
#	tests/howto/EXAMPLE [TEST...]
here=$(cd "$(dirname "$0")" && pwd)
example=$(basename "$0")
HOWTO=${HOWTO:-/howto}
# shellcheck source=tests/tap.sh
. "$here/../tap.sh"
PATH=$here:$PATH
loaded=

# The example's module, or the one named, with parameters: load [MODULE [PARAMETER=VALUE...]]. By busybox, which is static
# and has done before kmod has loaded its libraries.
# shellcheck disable=SC2120 # an example that has one module and no parameters gives none
load() {
	load_name=${1:-${example}_ex}
	[ $# -eq 0 ] || shift
	busybox insmod "./$load_name.ko" "$@"
	loaded="$load_name $loaded"
}

unload() { # [MODULE]
	unload_name=${1:-${example}_ex}
	busybox rmmod "$unload_name" || return
	loaded=$(echo "$loaded" | sed "s/\<$unload_name\> *//")
}

# EXPECTED ACTUAL
is() {
	[ "$1" = "$2" ] || {
		printf 'expected: %s\n' "$1"
		printf 'got:      %s\n' "$2"
		return 1
	}
}

# ERRNO COMMAND...: it fails and says just that, as io does
fails() {
	fails_want=$1
	shift
	if fails_said=$("$@" 2>&1); then
		echo "$*: succeeded, should have been $fails_want"
		return 1
	fi
	is "$fails_want" "$fails_said"
}

as_nobody() {
	"$here/../cli/as" 65534 "$@"
}

# COMMAND...: begin it, with its standard input in our hands, and wait until it has said a line, in /tmp/said; its process
# is $begun. ended gives it the end of its input and waits for its end, proceed a line before that; said is what it said
# after its first one. What the one before said is away when we go on, for the fifo is what is opened last.
begin() {
	mkfifo /tmp/begin
	"$@" >/tmp/said 2>&1 </tmp/begin &
	begun=$!
	exec 9>/tmp/begin
	rm /tmp/begin
	until grep -q . /tmp/said; do
		kill -0 "$begun"
		sleep 0.02
	done
}

ended() {
	exec 9>&-
	wait "$begun"
}

proceed() {
	echo >&9
	ended || true
}

said() {
	tail -n +2 /tmp/said
}

# COMMAND...: until it succeeds; not for ever.
eventually() {
	eventually_left=$((1500 * ${KULINK_TEST_SCALE:-1}))
	until "$@"; do
		eventually_left=$((eventually_left - 1))
		[ $eventually_left -gt 0 ] || {
			echo "never: $*"
			return 1
		}
		sleep 0.02
	done
}

# What the kernel says of a machine that is slow
slowness="^hrtimer: interrupt took|^clocksource: "

# All that it logged since the test began
all_logged() {
	dmesg | sed "1,/howto test $$ begins/d; s/^\[[^]]*\] //"
}

# ... but for that
logged() {
	all_logged | sed -E "/$slowness/d"
}

was_slow() {
	all_logged | grep -qE "$slowness"
}

# What a user would see: the README's commands print what it says, to the byte, and twice over (once where each program is dear).
readme() {
	# shellcheck disable=SC2016 # a Markdown fence
	sed -n '/^```console$/,/^```$/{/^```/d;p;}' README.md >/tmp/expected
	[ -s /tmp/expected ]
	twice="1 2"
	[ "${KULINK_TEST_SCALE:-1}" = 1 ] || twice=1
	for _ in $twice; do
		"$HOWTO/demo" -q "$example" >/tmp/printed
		# that may stand where the example's last line should: once more, then
		! was_slow || "$HOWTO/demo" -q "$example" >/tmp/printed
		diff /tmp/expected /tmp/printed
	done
}

# TEST WHY: what no test can show on this kernel; called before main, unless that gets arguments
skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $example/$1 # SKIP $2"
}

one() { # TEST
	set -eu
	cd "$HOWTO/$example"
	# who is still begun would keep what the test says open, for ever
	trap 'exec 9>&-; jobs -p >/tmp/jobs; kill -9 $(cat /tmp/jobs) 2>/dev/null || true; for left in $loaded; do busybox rmmod $left; done' EXIT
	trap 'exit 143' TERM
	echo "howto test $$ begins" >/dev/kmsg
	"$1"
	# who was killed may take a moment to let go of it
	for left in $loaded; do
		eventually unload "$left"
	done
}

main() {
	if [ "${1-}" = --one ]; then
		one "$2"
		exit
	fi
	# shellcheck disable=SC2048,SC2086,SC2154 # a list, the script's
	for name in ${*:-$tests}; do
		echo "# $example/$name begins"
		# what another one left says nothing here
		find /tmp -maxdepth 1 ! -type d -exec rm {} +
		check "$example/$name" timeout $((100 * ${KULINK_TEST_SCALE:-1})) "$0" --one "$name"
	done
	tap_done
}
