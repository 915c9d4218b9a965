# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# For what builds modules: a compiler that remembers, if there is one, from clone to clone.
kulink_cache=${XDG_CACHE_HOME:-$HOME/.cache}/kulink
export PATH=/usr/lib/ccache:$PATH
export CCACHE_DIR=$kulink_cache/ccache CCACHE_MAXSIZE=2G CCACHE_NOHASHDIR=1

# DIRECTORY: sets same, a name for it that every clone has for its own; ours until we end.
# kbuild calls each file by its whole name, and a compiler remembers by that.
same_name() {
	same=$kulink_cache/built/${1//\//-}
	mkdir -p "${same%/*}"
	exec 8>"$same.lock"
	flock 8
	ln -sfn "$(realpath "$1")" "$same"
	# for a kernel that follows the name all the same
	CCACHE_BASEDIR=$(realpath "$1")
	export CCACHE_BASEDIR
}
