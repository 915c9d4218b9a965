# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Kernels built from Debian's linux-source: sourced by vm/kernel, after the kernel's own file.
: "${vm:?}"
# shellcheck disable=SC2154 # name, configs, patches, localversion: kernel_file sets them

# Everything that decides what the build gives; a change of any of it is another directory in the cache.
build_key() {
	local file
	{
		echo "$localversion" "$(gcc -dumpfullversion)"
		for file in $configs; do cat "$vm/kernels/$file"; done
		for file in $patches; do cat "$vm/kernels/$file"; done
	} | sha256sum | cut -c 1-12
}

build_configure() { # SOURCE
	local source=$1 file
	make -s -C "$source" ARCH=x86_64 tinyconfig >&3 2>&1
	for file in $configs; do cat "$vm/kernels/$file"; done >>"$source/.config"
	echo "CONFIG_LOCALVERSION=\"$localversion\"" >>"$source/.config"
	make -s -C "$source" ARCH=x86_64 olddefconfig >&3 2>&1
	build_verify "$source/.config"
}

# Kconfig drops what it cannot satisfy without a word: look every line up.
build_verify() { # CONFIG
	local line option missing=0 file
	for file in $configs; do
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
			say "$name: $file asks for \"$line\", which the kernel's configuration does not have"
			missing=1
		done <"$vm/kernels/$file"
	done
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
	build_configure "$source"
	make -C "$source" ARCH=x86_64 -j"$(nproc)" bzImage modules >&3 2>&1 ||
		die "$name: the build failed (log: $dir/build.log)"
	build_keep "$source" "$dir/kdir"
	[ -n "${KULINK_KEEP_SOURCE-}" ] || rm -rf "$dir/unpacked"
	exec 3>&-
}
