#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In the VM: every verb over every channel, on hwstats; its JSON, its exit statuses, permission, and that
# a tour leaves nothing changed. cli/vm.sh
here=$(dirname "$0")
# shellcheck source=tests/tap.sh
. "$here/../tap.sh"
json=$here/jsoncheck as=$here/as refused=$here/refused
ring_sysctl=/proc/sys/kernel/io_uring_disabled
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
# a directory that an unprivileged user may enter
chmod 755 "$work" /sys/kernel/debug

# STATUS COMMAND...: the exit status is that; what was said is in $work/out and $work/err
gives() {
	wanted=$1
	shift
	"$@" >"$work/out" 2>"$work/err" && status=0 || status=$?
	head -n 20 "$work/out" "$work/err"
	[ "$status" = "$wanted" ] || { echo "status $status, not $wanted" && return 1; }
}

# TYPE COMMAND...: status 0, and JSON of that type, with at least one thing in it
shape() {
	type=$1
	shift
	gives 0 "$@" && "$json" -t "$type" <"$work/out" && ! "$json" -n 0 <"$work/out"
}

prints() {
	text=$1
	shift
	gives 0 "$@" && [ "$(cat "$work/out")" = "$text" ]
}

fails() {
	said=$1
	shift
	gives 1 "$@" && grep -q "$said" "$work/err"
}

set_and_read() { # CHANNEL
	prints "" kulink set hwstats0 threshold=11 "label=over $1" mode=off enabled=0 -c "$1" &&
		prints 11 kulink get hwstats0 threshold && prints "over $1" kulink get hwstats0 label &&
		prints off kulink get hwstats0 mode && prints 0 kulink get hwstats0 enabled &&
		prints 11 kulink get hwstats0 threshold -c "$1" &&
		gives 0 kulink set hwstats0 threshold=15 label=hwstats mode=full enabled=1 -c "$1"
}

refused() { # CHANNEL
	fails "over $1: .*ERANGE" kulink set hwstats0 threshold=21 -c "$1" &&
		grep -q '10 to 20' "$work/err" && prints 15 kulink get hwstats0 threshold
}

not_allowed() { # CHANNEL
	fails 'EACCES\|EPERM' "$as" 1000 \
		kulink set hwstats0 threshold=11 -c "$1" && prints 15 kulink get hwstats0 threshold
}

same_links() { # CHANNEL
	gives 0 kulink dump hwstats0 links -c "$1" --json || return
	"$json" -t array -n "$(find /sys/class/net -type l | wc -l)" <"$work/out" || return
	for device in /sys/class/net/*; do
		grep -q "\"name\": \"${device##*/}\"" "$work/out" || return
	done
}

echoes() { # CHANNEL
	head -c 4097 /dev/urandom >"$work/in"
	kulink call hwstats0 echo - -c "$1" <"$work/in" >"$work/reply" && cmp "$work/in" "$work/reply"
}

ticks() { # CHANNEL
	kulink set hwstats0 rate=50 || return
	gives 0 kulink watch hwstats0 tick -n 5 -t 20 --json -c "$1" && watched=0 || watched=1
	kulink set hwstats0 rate=0
	# a channel that is slow on this kernel tells losses between them
	[ "$watched" = 0 ] && "$json" -l -t object <"$work/out" && grep -c '"event":"tick","seq"' "$work/out" | grep -qx 5
}

# Two services at once, as many lines as asked for, some of each
watch_several() {
	# the one that is watched first must not be through before the other one is watched
	kulink set hwstats0 rate=4 && kulink set hwstats1 rate=50 || return
	gives 0 kulink watch hwstats0 tick hwstats1 tick -n 60 -t 60 --json && watched=0 || watched=1
	kulink set hwstats0 rate=0
	kulink set hwstats1 rate=0
	[ "$watched" = 0 ] && "$json" -l -t object <"$work/out" &&
		grep -q '"service":"hwstats0","event":"tick"' "$work/out" &&
		grep -q '"service":"hwstats1","event":"tick"' "$work/out"
}

# changed until it is seen, for nobody knows when watching has begun
watch_value() {
	kulink watch hwstats0 threshold -c sysfs -n 1 -t 60 --json >"$work/out" &
	watcher=$!
	while kill -0 $watcher 2>/dev/null; do
		kulink set hwstats0 threshold=12
		kulink set hwstats0 threshold=13
	done
	wait $watcher && watched=0 || watched=1
	kulink set hwstats0 threshold=15
	cat "$work/out"
	[ "$watched" = 0 ] && "$json" -l -n 1 <"$work/out" &&
		grep -q '"event":"threshold".*"fields":{"threshold":1[23]}' "$work/out"
}

channel_is_missing() { # CHANNEL KIND COMMAND...
	missing=$1
	shift 2
	fails "over $missing: .*EOPNOTSUPP" "$@" -c "$missing"
}

one_channel() { # CHANNEL
	check "$1: can be used here" sh -c "kulink channels -c $1 --json | grep -q '\"available\": true'"
	check "$1: list names hwstats0" sh -c "kulink list -c $1 --json | grep -q '\"hwstats0\"'"
	check "$1: info" shape object kulink info hwstats0 -c "$1" --json
	if carries "$1" values; then
		check "$1: get" shape object kulink get hwstats0 -c "$1" --json
		if is_anonymous "$1"; then
			check "$1: root is others, too" fails EACCES kulink set hwstats0 threshold=11 -c "$1"
		elif can_set "$1"; then
			check "$1: set, read over all" set_and_read "$1"
			check "$1: out of range" refused "$1"
			check "$1: not allowed" not_allowed "$1"
		else
			check "$1: only reads" fails EOPNOTSUPP kulink set hwstats0 threshold=11 -c "$1"
		fi
	else
		check "$1: no values" channel_is_missing "$1" values kulink get hwstats0 threshold
	fi
	if carries "$1" tables; then
		check "$1: dump" same_links "$1"
		check "$1: dump of another table" shape array kulink dump hwstats0 cpus -c "$1" --json
	else
		check "$1: no tables" channel_is_missing "$1" tables kulink dump hwstats0 links
	fi
	if carries "$1" calls; then
		check "$1: call" prints hello kulink call hwstats0 echo hello -c "$1"
		check "$1: call of bytes" echoes "$1"
	else
		check "$1: no calls" channel_is_missing "$1" calls kulink call hwstats0 echo hello
	fi
	if carries "$1" events; then
		check "$1: watch" ticks "$1"
	else
		check "$1: no events" channel_is_missing "$1" events kulink watch hwstats0 tick -t 1
	fi
	check "$1: a tour" shape array kulink tour -c "$1" --json
	tap_done
}

# What the settings are; the counters may move
settings() {
	for value in enabled mode threshold label rate; do
		kulink get hwstats0 $value
	done
}

# How many channels the library knows
known() {
	kulink channels | grep -cE '^[a-z]+ +(yes|no) '
}

whole_tour() {
	settings >"$work/before"
	gives 0 kulink tour --json && "$json" -t array -n "$(known)" <"$work/out" || return
	[ "$(grep -c '"ok": true' "$work/out")" = "$(kulink channels --json | grep -c '"available": true')" ] || return
	settings | cmp - "$work/before"
}

tour_unprivileged() {
	settings >"$work/before"
	gives 0 "$as" 1000 kulink tour --json &&
		"$json" -t array -n "$(known)" <"$work/out" && ! grep -q '"ok": false' "$work/out" &&
		settings | cmp - "$work/before"
}

driver_leaves() {
	kulink set hwstats0 rate=10
	: >"$work/out"
	kulink watch hwstats0 --json >"$work/out" 2>"$work/err" &
	watcher=$!
	while kill -0 $watcher 2>/dev/null && [ ! -s "$work/out" ]; do
		sleep 0.2
	done
	unload hwstats || return
	wait $watcher && status=0 || status=$?
	load_hwstats
	cat "$work/out" "$work/err"
	[ "$status" = 1 ] && tail -n 1 "$work/out" | grep -qx '{"gone":"hwstats0"}' && grep -q ENODEV "$work/err"
}

# as instances, so that they are on every channel
load_hwstats() {
	modprobe hwstats instances=0 && make_instance hwstats hwstats0 && make_instance hwstats hwstats1
}

load_all() {
	# shellcheck disable=SC2086 # a list
	modprobe kulink && modprobe -a $channel_modules && load_hwstats && modprobe edu
}

verbs() {
	check "everything loads" load_all
	check "list" shape array kulink list --json
	check "channels" shape array kulink channels --json
	check "doctor" shape array kulink doctor --json
	check "an unknown service" fails ENOENT kulink get nosuch
	check "an unknown value" fails ENOENT kulink get hwstats0 nosuch
	check "-v says which channel was taken" sh -c 'kulink -v get hwstats0 mode 2>&1 >/dev/null | grep -q "over "'
	check "watch of a value's changes" watch_value
	check "watch of two services" watch_several
	tap_done
}

# SENTENCE COMMAND...: as whom, or under what, there is no ring; every verb that meets it says why
no_ring() {
	sentence=$1
	shift
	fails "$sentence" "$@" kulink get hwstats0 threshold -c uring &&
		grep -q "over uring: .*\(EACCES\|EOPNOTSUPP\)" "$work/err" &&
		gives 0 "$@" kulink channels -c uring && grep -q "not here *$sentence" "$work/out" &&
		"$@" kulink doctor >"$work/out" && grep -q "uring.*$sentence" "$work/out" &&
		gives 0 "$@" kulink get hwstats0 threshold
}

# VALUE SENTENCE COMMAND...: while the administrator has set it so
ring_set() {
	echo "$1" >$ring_sysctl || return
	shift
	no_ring "$@" && said=0 || said=1
	echo 0 >$ring_sysctl
	return "$said"
}

ring_for_root() {
	echo 1 >$ring_sysctl || return
	prints 15 kulink get hwstats0 threshold -c uring && said=0 || said=1
	echo 0 >$ring_sysctl
	return "$said"
}

# EPERM and ENOSYS are what container engines have their filters say
rings() {
	off="io_uring is off"
	check "uring: is here" prints 15 kulink get hwstats0 threshold -c uring
	check "uring: a filter refuses" no_ring "io_uring is forbidden by a seccomp filter" "$refused" 1
	check "uring: a filter hides" no_ring "io_uring is hidden by a seccomp filter" "$refused" 38
	if [ -e $ring_sysctl ]; then
		check "uring: off" ring_set 2 "$off: sysctl kernel.io_uring_disabled is 2"
		check "uring: off, and there is a filter, too" ring_set 2 "$off: sysctl kernel.io_uring_disabled is 2" "$refused" 1
		check "uring: off for a user" ring_set 1 "$off for this user: sysctl kernel.io_uring_disabled is 1" "$as" 1000
		check "uring: not for root" ring_for_root
		check "uring: nor is root told so by a filter" ring_set 1 "io_uring is forbidden by a seccomp filter, or for this user" "$refused" 1
	else
		# the sysctl is of 6.6
		check "uring: no sysctl, and a user has a ring" prints 15 "$as" 1000 kulink get hwstats0 threshold -c uring
	fi
	check "uring: is here again" prints 15 kulink get hwstats0 threshold -c uring
	tap_done
}

together() {
	check "a tour of all channels changes nothing" whole_tour
	check "a tour as a table" gives 0 kulink tour
	check "a tour without privileges" tour_unprivileged
	check "watch ends when the driver leaves" driver_leaves
	check "everything unloads" unload_all
	tap_done
}

unload_all
suite cli/verbs verbs
suite cli/rings rings
# What the command does with each is the same on every kernel; checkers make a process dear.
if [ "${KULINK_TEST_SCALE:-1}" -gt 1 ]; then
	some="ioctl genl"
else
	some=$channels
fi
for channel in $some; do
	suite "cli/$channel" one_channel "$channel"
done
suite cli/together together
