# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2086 # lists are words
# For the tests that are shell scripts in the VM: TAP, modules, and marks around each program.

tap_n=0 tap_failed=0

# NAME COMMAND...: a test point; it passes if the command does. What the command says is shown if it does not.
check() {
	tap_name=$1
	shift
	tap_n=$((tap_n + 1))
	read -r tap_begun _ </proc/uptime
	if tap_said=$("$@" 2>&1); then
		read -r tap_ended _ </proc/uptime
		echo "# $(((${tap_ended%.*}${tap_ended#*.} - ${tap_begun%.*}${tap_begun#*.}) * 10)) ms"
		echo "ok $tap_n - $tap_name"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $tap_name"
		printf '%s\n' "$tap_said" | sed 's/^/# /'
	fi
}

not() {
	! "$@"
}

# The plan, at the end; the status of a script of tests.
tap_done() {
	echo "1..$tap_n"
	set -- $tap_n $tap_failed
	tap_n=0 tap_failed=0
	[ "$2" = 0 ] && [ "$1" -gt 0 ]
}

# NAME COMMAND...: run a program of tests between marks, by which tests/run sees one that died half-way.
suite() {
	suite_name=$1
	shift
	echo "# begin $suite_name"
	# one stream, so that what a test says stands beside its result
	if "$@" 2>&1; then suite_status=0; else suite_status=$?; fi
	echo "# end $suite_name $suite_status"
}

# CHANNEL: whether its programs have no credentials: they are others, whoever they are
is_anonymous() {
	case $1 in
	udp | packet | uevent) true ;;
	*) false ;;
	esac
}

# KIND: those of $channels that carry values, tables, calls, events or regions; the command is asked once a machine
carrying() {
	[ -s /tmp/carried ] || kulink channels >/tmp/carried
	awk -v kind="$1" -v list=" $channels " \
		'$2 ~ /^(yes|no)$/ && index($0, kind) && index(list, " " $1 " ") { print $1 }' /tmp/carried
}

carries() { # CHANNEL KIND
	carrying "$2" | grep -qx "$1"
}

# Values in memory can only be read: docs/channels/mmap.md
can_set() { # CHANNEL
	carries "$1" values && [ "$1" != mmap ]
}

# CHANNEL: its module
module_of() {
	case $1 in
	chardev | ioctl | uring | mmap | eventfd | signal) echo kulink_dev ;;
	param) echo kulink ;;
	*) echo "kulink_$1" ;;
	esac
}

# CHANNEL: the parameters without which its module is off; none for most
parameters_of() {
	case $1 in
	udp) echo port=9185 ;;
	upcall) echo path=/usr/bin/kulink-upcall rate=1000 backlog=8 ;;
	packet) echo interface=lo ;;
	esac
}

# Every channel; a new one joins here. C programs ask the library. All this is found out once, for to look through the
# kernel's symbols takes seconds: who is begun from here inherits it.
if [ -z "${channels-}" ]; then
	channels="procfs sysfs debugfs sysctl chardev ioctl uring mmap eventfd signal genl netlink sockopt uevent upcall udp packet trace param configfs"
	# one that only a kernel with our patch can have, one that takes CONFIG_RELAY: those must, then
	# shellcheck disable=SC2013 # words
	for tap_name in $(grep -oE ' (kulink_syscall_set|relay_open)$' /proc/kallsyms); do
		case $tap_name in
		kulink_syscall_set) channels="$channels syscall" ;;
		relay_open) channels="$channels relay" ;;
		esac
	done
	# those of their own, beside the core
	channel_modules=$(for tap_name in $channels; do module_of "$tap_name"; done | sort -u | grep -vx kulink | tr '\n' ' ')
	export channels channel_modules

	# whoever loads a channel's module gives it its parameters: a script, a program, the kernel that loads it by itself
	mkdir -p /etc/modprobe.d
	for tap_name in $channels; do
		tap_said=$(parameters_of "$tap_name")
		[ -z "$tap_said" ] || echo "options $(module_of "$tap_name") $tap_said"
	done >/etc/modprobe.d/kulink.conf
fi

# The kernel may not load a channel by itself: a channel is tested with no other one there.
no_autoload() {
	echo /bin/false >/proc/sys/kernel/modprobe
}

allow_autoload() {
	echo /sbin/modprobe >/proc/sys/kernel/modprobe
}

is_loaded() {
	grep -q "^$1 " /proc/modules
}

unload() { # MODULE...
	remove_instances && rmmod "$@"
}

# CHANNEL: it publishes only what programs have made
by_instance() {
	[ "$1" = configfs ]
}

instances=/sys/kernel/config/kulink

# FACTORY NAME: a service that is there already stays
make_instance() {
	[ -d "$instances/$1/$2" ] || mkdir "$instances/$1/$2"
}

# They keep their driver and their channel loaded.
remove_instances() {
	for instance in "$instances"/*/*/; do
		[ ! -d "$instance" ] || rmdir "$instance" || return
	done
}

# The test driver with its service ktest0, on every channel that is there: where programs
# can make one, it is one of those
driver_parameters=
load_driver() {
	if [ -d $instances ]; then
		modprobe kulink_test instances=0 $driver_parameters && make_instance ktest ktest0
	else
		modprobe kulink_test $driver_parameters
	fi
}

# Every module of ours, drivers first.
unload_all() {
	set --
	for unload_module in kulink_kunit kulink_test kulink_test_log hwstats edu own $channel_modules kulink; do
		! is_loaded $unload_module || set -- "$@" $unload_module
	done
	[ $# = 0 ] || unload "$@"
}

# Nothing of ours is left in any file system.
nothing_left() {
	for left in /sys/class/kulink /proc/kulink /proc/sys/kulink /sys/kernel/debug/kulink /dev/kulink $instances; do
		[ ! -e $left ] || { echo "$left is still there" && return 1; }
	done
	left=$(grep -o '^kulink[^ ]*' /proc/modules | grep -v kulink_test_log) || return 0
	echo "still loaded: $left"
	return 1
}
