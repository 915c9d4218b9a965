# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Debian's own kernels and headers, unpacked into the cache, never installed: sourced by vm/kernel.

# The package that a meta-package stands for.
stock_depends() { # SUITE PACKAGE PATTERN
	apt_in "$1" apt-cache depends --important "$2" | sed -n 's/^ *|*Depends: *//p' | grep -E -m 1 "$3"
}

# Debian's headers name each other by absolute paths: make them name the cache. The compiler they were built with may not be here.
stock_headers() { # ROOT RELEASE
	local kdir=$1/usr/src/linux-headers-$2 compiler
	sed -i "s|/usr/src/|$1/usr/src/|" "$kdir/Makefile"
	compiler=$(sed -n 's/.*\(gcc-[0-9]*\).*/\1/p' "$kdir/.kernelvariables" | head -n 1)
	if [ -n "$compiler" ] && ! command -v "x86_64-linux-gnu-$compiler" >/dev/null; then
		sed -i "s/$compiler/gcc/" "$kdir/.kernelvariables"
	fi
}

stock_kernel() { # SUITE META DIRECTORY
	local suite=$1 meta=$2 dir=$3 image release headers deb
	image=$(stock_depends "$suite" "$meta" '^linux-image-[0-9]') || die "$meta: which image it stands for is unknown"
	release=${image#linux-image-}
	headers=linux-headers-$release
	mkdir -p "$dir/debs" "$dir/root"
	say "$name: downloading $image and its headers"
	apt_download "$suite" "$dir/debs" "$image" "$headers" \
		"$(stock_depends "$suite" "$headers" '^linux-headers-.*common')" \
		"$(stock_depends "$suite" "$headers" '^linux-kbuild-')"
	for deb in "$dir"/debs/*.deb; do
		dpkg-deb -x "$deb" "$dir/root"
	done
	rm -rf "$dir/debs"
	stock_headers "$dir/root" "$release"
	ln -s "root/usr/src/$headers" "$dir/kdir"
	ln -s "root/boot/vmlinuz-$release" "$dir/image"
	ln -s "root/boot/config-$release" "$dir/config"
	echo "$release" >"$dir/release"
}
