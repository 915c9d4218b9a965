# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# KVM if it works here, else TCG. A /dev/kvm may exist, and be writable, and still hang every guest: only a booted guest
# counts, under a time limit, and the verdict is remembered for this host kernel, QEMU and device.
: "${cache:?}" "${vm:?}"

accel_key() {
	{
		uname -rv
		"$qemu" --version
		stat -c '%n %a %u %g %t %T' "$1" 2>&1
		id -G
	} | sha256sum | cut -c 1-16
}

# Boots the kernel with an init that only leaves; 0x21 is its way of saying that it ran.
accel_probe() { # IMAGE
	local root=$temp/probe status=0
	mkdir -p "$root"
	compile_init "$root/init"
	pack "$root" >"$root.cpio"
	# a shell of its own, which may not say that QEMU was aborted
	(timeout -k 1 8 "$qemu" -accel kvm -cpu host -m 256 -nodefaults -display none -no-reboot \
		-kernel "$1" -initrd "$root.cpio" -append "panic=-1 quiet no_timer_check rdinit=/init -- probe" \
		-device isa-debug-exit,iobase=0xf4,iosize=0x04 || exit) </dev/null >/dev/null 2>&1 || status=$?
	rm -rf "$root" "$root.cpio"
	[ "$status" = 33 ]
}

# Sets accel to kvm or tcg, and why.
accel_choose() { # IMAGE
	local kvm=${KULINK_KVM:-/dev/kvm} file
	accel=tcg
	if [ -n "${KULINK_ACCEL-}" ]; then
		accel=$KULINK_ACCEL why="KULINK_ACCEL says so"
	elif [ "$deterministic" = yes ]; then
		why="the instruction clock needs it"
	elif [ ! -r "$kvm" ] || [ ! -w "$kvm" ]; then
		why="no usable $kvm"
	else
		file=$cache/accel/$(accel_key "$kvm")
		if [ ! -s "$file" ]; then
			mkdir -p "$cache/accel"
			say "trying KVM, once"
			if accel_probe "$1"; then
				echo "kvm a guest booted under it" >"$file"
			else
				echo "tcg $kvm is here, but no guest boots under it" >"$file"
			fi
		fi
		read -r accel why <"$file"
	fi
	case $accel in
	kvm | tcg) ;;
	*) die "KULINK_ACCEL: kvm or tcg, not $accel" ;;
	esac
	case ${KULINK_TCG:-multi} in
	multi | single) ;;
	*) die "KULINK_TCG: multi or single, not $KULINK_TCG" ;;
	esac
}

accel_options() {
	if [ "$deterministic" = yes ]; then
		echo "-accel tcg -icount shift=0,sleep=off -seed 1 -rtc base=2024-01-01T00:00:00,clock=vm -cpu max,-erms"
	elif [ "$accel" = kvm ]; then
		echo "-accel kvm -cpu host"
	else
		# With erms, TCG copies memory a byte an instruction; with xsave, it saves one register after the other at each switch.
		echo "-accel tcg,thread=${KULINK_TCG:-multi} -cpu max,-erms,-xsave"
	fi
}
