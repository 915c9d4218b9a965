# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Kernels built from Debian's linux-source: sourced by vm/kernel, after the kernel's own file.
: "${vm:?}"
# shellcheck disable=SC2154 # name, configs, patches, localversion, builtin: kernel_file sets them

# Every line that the configuration must have; of what is built in, all that an unpatched kernel can have.
build_fragments() {
	local file
	for file in $configs; do cat "$vm/kernels/$file"; done
	[ -z "$builtin" ] || sed -n 's/^\(menu\)\?config \(KULINK.*\)/CONFIG_\2=y/p' "$builtin/kernel/Kconfig" |
		grep -v '_\(SYSCALL\|KUNIT_TEST\)='
}

# Everything that decides what the build gives; a change of any of it is another directory in the cache.
build_key() {
	local file
	{
		echo "$localversion" "$(gcc -dumpfullversion)"
		build_fragments
		for file in $patches; do cat "$vm/kernels/$file"; done
		[ -z "$builtin" ] || (cd "$builtin" && find kernel include -type f | LC_ALL=C sort | xargs cat)
	} | sha256sum | cut -c 1-12
}

# A checkout's kernel/, as its Kconfig says.
build_add() { # CHECKOUT SOURCE
	[ -f "$1/kernel/Kconfig" ] || die "$name: $1 has no kernel/ to build in"
	cp -r "$1/kernel" "$2/drivers/kulink"
	cp -r "$1/include/linux" "$1/include/uapi" "$2/include/"
	echo "obj-y += kulink/" >>"$2/drivers/Makefile"
	sed -i '$i source "drivers/kulink/Kconfig"' "$2/drivers/Kconfig"
}

build_configure() { # SOURCE
	local source=$1
	make -s -C "$source" ARCH=x86_64 tinyconfig >&3 2>&1
	build_fragments >>"$source/.config"
	echo "CONFIG_LOCALVERSION=\"$localversion\"" >>"$source/.config"
	make -s -C "$source" ARCH=x86_64 olddefconfig >&3 2>&1
	build_verify "$source/.config"
}

# Kconfig drops what it cannot satisfy without a word: look every line up.
build_verify() { # CONFIG
	local line option missing=0
	while read -r line; do
		case $line in
		"# CONFIG_"*" is not set")
			option=${line#\# }
			option=${option%% *}
			grep -q "^$option=" "$1" || continue
			;;
		CONFIG_*) ! grep -qxF "$line" "$1" || continue ;;
		*) continue ;;
		esac
		say "$name: \"$line\" is asked for, and the kernel's configuration does not have it"
		missing=1
	done < <(build_fragments)
	[ "$missing" = 0 ] || die "$name: an option that is relied on is missing from the configuration"
}

# What is needed to build modules and check sources, by the kernel's own list; the rest of the 2 GB goes.
build_keep() { # SOURCE KDIR
	(
		cd "$1" || exit
		# shellcheck disable=SC2016 # make's variable
		make -s ARCH=x86_64 run-command \
			KBUILD_RUN_COMMAND='+$(srctree)/scripts/package/install-extmod-build '"$2"
		cp .config "$2/"
		cp --parents -r tools/net/ynl Documentation/netlink "$2/"
	) >&3 2>&1
	cp "$1/arch/x86/boot/bzImage" "$2/../image"
	cp "$1/.config" "$2/../config"
	cp "$1"/modules.{order,builtin,builtin.modinfo} "$2/../"
	make -s -C "$1" ARCH=x86_64 kernelrelease >"$2/../release"
}

# A compiler that remembers, if there is one: the built-in kernel is the plain one and a few files, again and again.
build_make() {
	local compiler=gcc
	! command -v ccache >/dev/null || compiler="ccache gcc"
	CCACHE_DIR=$cache/ccache CCACHE_MAXSIZE=2G make ARCH=x86_64 CC="$compiler" HOSTCC="$compiler" "$@"
}

build_kernel() { # DEB DIRECTORY
	local deb=$1 dir=$2 source patch
	exec 3>"$dir/build.log"
	say "$name: building ${deb##*/} (minutes; log: $dir/build.log)"
	dpkg-deb -x "$deb" "$dir/unpacked"
	tar -xf "$dir"/unpacked/usr/src/linux-source-*.tar.xz -C "$dir/unpacked"
	source=$(echo "$dir"/unpacked/linux-source-*)
	for patch in $patches; do
		patch -s -p1 -d "$source" <"$vm/kernels/$patch" >&3 2>&1 ||
			die "$name: $patch does not apply (log: $dir/build.log)"
	done
	[ -z "$builtin" ] || build_add "$builtin" "$source"
	build_configure "$source"
	build_make -C "$source" -j"$(nproc)" bzImage modules >&3 2>&1 ||
		die "$name: the build failed (log: $dir/build.log)"
	build_keep "$source" "$dir/kdir"
	[ -n "${KULINK_KEEP_SOURCE-}" ] || rm -rf "$dir/unpacked"
	exec 3>&-
}
