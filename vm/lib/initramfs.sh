# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The initramfs, three archives in a row: the base (cached: tools and the kernel's own modules), what the project built,
# and this run's command. The kernel unpacks them over each other.
: "${cache:?}" "${vm:?}"

# The same files give the same bytes, times included: even parsing another date takes another number of instructions.
pack() { # DIRECTORY
	find "$1" -exec touch -h -d @0 {} +
	(cd "$1" && find . -print0 | LC_ALL=C sort -z | cpio --quiet -o -0 -H newc -R 0:0 --reproducible)
}

# A static busybox: the machine's, or Debian's unpacked into the cache.
busybox() {
	local dir=$cache/busybox tool
	for tool in /bin/busybox "$dir/bin/busybox" "$dir/usr/bin/busybox"; do
		if [ -x "$tool" ] && ! ldd "$tool" >/dev/null 2>&1; then
			echo "$tool"
			return
		fi
	done
	mkdir -p "$dir"
	if ! (cd "$dir" && apt-get -q download busybox-static) >/dev/null 2>&1; then
		apt_update bookworm && apt_download bookworm "$dir" busybox-static
	fi
	dpkg-deb -x "$dir"/busybox-static_*.deb "$dir"
	rm -f "$dir"/*.deb
	busybox
}

compile_init() { # OUTPUT
	gcc -static -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -s -o "$1" "$vm"/init/*.c ||
		die "vm/init does not compile (is libc6-dev installed?)"
}

# Programs and the libraries they need, at the places where the loader looks for them.
add_programs() { # ROOT DESTINATION FILE...
	local root=$1 destination=$1$2
	shift 2
	[ $# -gt 0 ] || return 0
	mkdir -p "$destination"
	cp -L "$@" "$destination/"
	add_libraries "$root" "$@"
}

add_libraries() { # ROOT FILE...
	local root=$1 library
	shift
	LD_LIBRARY_PATH=$build/lib ldd "$@" 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' | sort -u |
		while read -r library; do
			case $library in
			"$build"/*) continue ;; # add_project has it
			esac
			[ -e "$root$library" ] || cp -L --parents "$library" "$root" 2>/dev/null || true
		done
}

# The kernel's own modules by name, uncompressed, with everything depmod needs to know.
add_kernel_modules() { # ROOT KERNEL-DIRECTORY RELEASE
	local from=$2/root to=$1/lib/modules/$3 module file
	mkdir -p "$to"
	if [ ! -d "$from" ]; then # built here: everything is built in
		cp "$2"/modules.{order,builtin,builtin.modinfo} "$to/"
		return
	fi
	[ -d "$from/lib/modules" ] || ln -s usr/lib "$from/lib"
	[ -f "$from/lib/modules/$3/modules.dep" ] || depmod -b "$from" "$3"
	cp "$from/lib/modules/$3"/modules.{order,builtin,builtin.modinfo} "$to/"
	grep -v '^#' "$vm/guest/modules" | while read -r module; do
		modprobe -d "$from" -S "$3" --show-depends "$module" 2>/dev/null
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
		cp "$file" "$to/"
	done
	find "$to" -name '*.ko.xz' -exec xz -d {} + -o -name '*.ko.zst' -exec zstd -q -d --rm {} +
}

make_base() { # ROOT KERNEL-DIRECTORY RELEASE
	local root=$1 tool applet
	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc,dev,proc,sys,tmp,run,root,vm,boot,var,mnt}
	compile_init "$root/init"
	tool=$(busybox)
	cp "$tool" "$root/bin/busybox"
	"$tool" --list-full | grep -v bin/busybox | while read -r applet; do
		mkdir -p "$root/$(dirname "$applet")"
		ln -sf /bin/busybox "$root/$applet"
	done
	rm -f "$root"/{,usr/}sbin/{modprobe,insmod,rmmod,depmod,modinfo} "$root"/{,usr/}{bin,sbin}/lsmod
	add_programs "$root" /bin "$(command -v kmod)"
	for applet in modprobe insmod rmmod depmod lsmod modinfo; do
		ln -s /bin/kmod "$root/sbin/$applet"
	done
	# Not busybox's shell: it would run busybox's own modprobe, which knows no soft dependencies.
	add_programs "$root" /bin "$(command -v dash)"
	ln -sf dash "$root/bin/sh"
	# iproute2's, beside busybox's quicker one in /bin or /sbin.
	add_programs "$root" /usr/local/sbin "$(command -v ip)"
	add_programs "$root" /usr/bin "$vm"/guest/vm-*
	printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/bin/sh >"$root/etc/passwd"
	printf '%s\n' root:x:0: users:x:100: nogroup:x:65534: >"$root/etc/group"
	printf '%s\n' '127.0.0.1 localhost' '::1 localhost' >"$root/etc/hosts"
	ln -s /proc/self/mounts "$root/etc/mtab"
	cp -L "$2/config" "$root/boot/config-$3"
	add_kernel_modules "$root" "$2" "$3"
}

# The path of the base archive, made when anything it is made from has changed.
base_archive() { # KERNEL-DIRECTORY RELEASE
	local key file work
	key=$({
		echo "$1"
		stat -L -c '%n %Y %s' "$vm"/init/* "$vm"/guest/* "$vm/lib/initramfs.sh" "$(command -v kmod ip)" 2>&1
	} | sha256sum | cut -c 1-16)
	file=$cache/initramfs/$(basename "$1")-$key.cpio
	if [ ! -f "$file" ]; then
		mkdir -p "$cache/initramfs"
		find "$cache/initramfs" -ignore_readdir_race -name "$(basename "$1")-*" -mmin +60 -delete
		work=$(mktemp -d "$temp/base.XXXXXX")
		make_base "$work" "$1" "$2" >&2
		pack "$work" >"$file.$$"
		mv "$file.$$" "$file"
		rm -rf "$work"
	fi
	echo "$file"
}

# What the project's build left: bin/, lib/, kernel/NAME/**/*.ko.
add_project() { # ROOT RELEASE
	local root=$1 extra=$1/lib/modules/$2/extra
	mkdir -p "$extra" "$root/usr/lib"
	if [ -d "$build/bin" ]; then
		mapfile -t programs < <(find "$build/bin" -maxdepth 1 -type f -perm -u+x)
		add_programs "$root" /usr/bin "${programs[@]}"
	fi
	if [ -d "$build/lib" ]; then
		find "$build/lib" -maxdepth 1 -name '*.so*' -exec cp -d {} "$root/usr/lib/" \;
	fi
	if [ -d "$build/kernel/$name" ]; then
		find "$build/kernel/$name" -name '*.ko' -exec cp {} "$extra/" \;
	fi
}

# modprobe must find ours and the kernel's: depmod sees both, once for each kernel and set of modules.
index_modules() { # ROOT RELEASE BASE-ARCHIVE
	local modules=$1/lib/modules/$2 file
	find "$modules/extra" -name '*.ko' -exec strip --strip-debug {} +
	(cd "$1" && cpio --quiet -i -d -u "*lib/modules/$2/*" <"$3")
	depmod -b "$1" "$2"
	for file in "$modules"/*.ko "$modules"/modules.{order,builtin,builtin.modinfo}; do
		rm -f "$file"
	done
}
