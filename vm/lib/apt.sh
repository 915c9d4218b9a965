# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Debian packages from suites that the machine may not know: a private apt directory for each suite, in the cache.
# The machine's own mirror and proxy settings are used; nothing of it is written to. Needs no root.

apt_in() { # SUITE apt-get|apt-cache ARGUMENT...
	local dir=$cache/apt/$1 tool=$2
	shift 2
	"$tool" -q -o Dir::State="$dir" -o Dir::State::lists="$dir/lists" -o Dir::State::status=/dev/null \
		-o Dir::Cache="$dir" -o Dir::Cache::archives="$dir/archives" \
		-o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
		-o APT::Architecture=amd64 -o APT::Architectures=amd64 -o APT::Default-Release= \
		-o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

# The machine's mirror for this kind of suite, or Debian's own.
apt_mirror() { # SUITE
	local label=Debian default=http://deb.debian.org/debian uri
	case $1 in
	*-security) label=Debian-Security default=http://deb.debian.org/debian-security ;;
	esac
	# shellcheck disable=SC2016 # apt's own variables
	uri=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 2>/dev/null |
		sed -n "s/^Debian|$label|//p" | head -n 1)
	echo "${uri:-$default}"
}

apt_update() { # SUITE
	local dir=$cache/apt/$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -f "$keyring" ] || die "missing $keyring: install debian-archive-keyring"
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	echo "deb [signed-by=$keyring] $(apt_mirror "$1") $1 main" >"$dir/sources.list"
	apt_in "$1" apt-get update >"$dir/update.log" 2>&1
}

# Lines "SUITE PACKAGE VERSION" for the packages of this name pattern.
apt_list() { # SUITE NAME-PATTERN
	apt_in "$1" apt-cache search --names-only "$2" | cut -d ' ' -f 1 |
		while read -r package; do
			echo "$1 $package $(apt_in "$1" apt-cache show --no-all-versions "$package" | sed -n 's/^Version: //p')"
		done
}

# The line of this series in the first suite that has it, else of the next newer series that any of them has.
apt_resolve() { # NAME-PATTERN SERIES SUITE...
	local pattern=$1 series=$2 suite listed all='' found
	shift 2
	for suite; do
		if ! apt_update "$suite"; then
			say "$suite: no package list (see $cache/apt/$suite/update.log)"
			continue
		fi
		listed=$(apt_list "$suite" "$pattern")
		found=$(apt_pick "$series" <<<"$listed")
		all+=$listed$'\n'
		case $found in
		*" $series".*) break ;;
		esac
	done
	apt_pick "$series" <<<"$all"
}

# Of lines "SUITE PACKAGE VERSION", the first of this series, else the nearest above it.
apt_pick() { # SERIES
	local suite package version of
	while read -r suite package version; do
		[ -n "$version" ] || continue
		of=$(echo "$version" | grep -oE '^[0-9]+\.[0-9]+')
		[ "$(printf '%s\n' "$1" "$of" | sort -V | head -n 1)" = "$1" ] || continue
		echo "$of $suite $package $version"
	done | sort -s -V -k 1,1 | head -n 1 | cut -d ' ' -f 2-
}

apt_download() { # SUITE DIRECTORY PACKAGE...
	local suite=$1 dir=$2
	shift 2
	(cd "$dir" && apt_in "$suite" apt-get download "$@") >"$cache/apt/$suite/download.log" 2>&1 ||
		die "$*: download failed (see $cache/apt/$suite/download.log)"
}
