#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# On the host: docs/specs/kulink.yaml against the kernel's own YNL tools and against the header.
# The tools come with the kernels that vm/ has built; TAP, with a skip where they are missing.
# shellcheck disable=SC2317	# checks are called by name
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/tap.sh

spec=docs/specs/kulink.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# KERNEL: a tree that looks like the kernel's to the tools, with our specification in it
tree() {
	local source=$1 specs=$2/Documentation/netlink/specs
	mkdir -p "$specs"
	touch "$2/MAINTAINERS"
	cp "$source/Documentation/netlink/genetlink.yaml" "$specs/.."
	cp "$spec" "$specs/"
}

# Reads the specification as the tools do, which checks it against their schema, and writes what it
# says of numbers as C that does not compile if the header says otherwise.
numbers() { # LIBRARY-DIRECTORY TREE
	python3 - "$1" "$2/Documentation/netlink/specs/kulink.yaml" <<'EOF' >"$2/numbers.c" || return
import sys
sys.path.insert(0, sys.argv[1])
from lib import SpecFamily

family = SpecFamily(sys.argv[2], sys.argv[2].replace("specs/kulink", "genetlink"))

def check(what, number):
    print(f"_Static_assert({what.upper().replace('-', '_')} == {number}, \"{what}\");")

print("#include <linux/kulink.h>")
for attr_set in family.attr_sets.values():
    for attr in attr_set.attrs.values():
        check(f"kulink-a-{attr.name}", attr.value)
check("kulink-a-max", max(a.value for a in family.attr_sets["kulink"].attrs.values()))
for op in family.msgs.values():
    check(f"kulink-cmd-{op.name}", op.rsp_value)
check("kulink-cmd-max", max(op.rsp_value for op in family.msgs.values()))
groups = [group["name"] for group in family.yaml["mcast-groups"]["list"]]
for name, group in zip(groups, ("KULINK_GENL_EVENTS", "KULINK_GENL_EVENTS_RESTRICTED")):
    print(f"_Static_assert(!__builtin_strcmp({group}, \"{name}\"), \"{group}\");")
print(f"_Static_assert(!__builtin_strcmp(KULINK_GENL_NAME, \"{family.name}\"), \"name\");")
EOF
	gcc -std=gnu11 -Wall -Werror -fsyntax-only -Iinclude/uapi "$2/numbers.c"
}

# A C client made by the tools compiles with our header.
client() { # GENERATOR LIBRARY-DIRECTORY TREE
	local part
	for part in header source; do
		timeout 100 python3 "$1" --mode user "--$part" --user-header kulink-user.h \
			--spec "$3/Documentation/netlink/specs/kulink.yaml" -o "$3/kulink-user.${part:0:1}" || return
	done
	mv "$3/kulink-user.s" "$3/kulink-user.c"
	gcc -std=gnu11 -Wall -Werror -fsyntax-only -Iinclude/uapi -I"$2" -I"$3" "$3/kulink-user.c"
}

for kernel in 6.12-debug 7.2; do
	what="genl: the specification against the YNL tools of $kernel"
	if ! python3 -c 'import yaml, jsonschema' 2>/dev/null; then
		skip "$what" "python3-yaml or python3-jsonschema is not installed"
		continue
	elif ! vm/kernel "$kernel" --cached 2>/dev/null; then
		skip "$what" "this kernel has not been built yet"
		continue
	fi
	source=$(vm/kernel "$kernel" --kdir)
	ynl=$source/tools/net/ynl
	library=$ynl
	[[ ! -d $ynl/pyynl ]] || library=$ynl/pyynl
	if [[ ! -d $library/lib ]]; then
		skip "$what" "its source came without tools/net/ynl"
		continue
	fi
	tree "$source" "$work/$kernel"
	check "$what and the header" numbers "$library" "$work/$kernel"
	# 6.12's generator knows no lists of strings.
	if [[ $library = */pyynl ]]; then
		check "genl: a C client made by the YNL tools of $kernel" client "$library/ynl_gen_c.py" \
			"$ynl/lib" "$work/$kernel"
	fi
done
tap_end
