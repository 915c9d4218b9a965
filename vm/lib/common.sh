# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts of vm/ share: messages, the cache, a kernel's own file.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/kulink

say() {
	echo "vm: $*" >&2
}

# Harness trouble: 125, never to be mistaken for the command's own status.
die() {
	say "$*"
	exit 125
}

# Sets what vm/kernels/NAME says, over the defaults.
# shellcheck disable=SC2034 # used by those who source this
kernel_file() { # NAME
	local file=$vm/kernels/$1
	case $1 in
	*.* | [0-9]*) ;;
	*) file= ;;
	esac
	case $1 in
	*/* | *.config | *.patch) file= ;;
	esac
	[ -f "$file" ] || die "no such kernel: $1 (there are: $(kernel_names))"
	kind='' series='' suites='' configs='' patches='' localversion='' append='' builtin=''
	slowdown=1 memory=768
	# shellcheck source=/dev/null
	. "$file"
}

kernel_names() {
	(cd "$vm/kernels" && for file in *; do
		case $file in *.config | *.patch) ;; *) printf '%s ' "$file" ;; esac
	done)
}
