# SPDX-License-Identifier: GPL-2.0-only
# From the measurement's JSON to the page of it; what was not measured says so.
def thousands:
	if . < 100 then (. * 10 | round / 10 | tostring)
	else (round | tostring | if length > 3 then explode | reverse
		| [range(0; length; 3) as $i | .[$i:$i + 3] | reverse | implode] | reverse | join(" ") else . end) end;
def ratio: . * 1000 | round / 1000 | tostring;
def count_text: if . == null then "not measured" else thousands end;

(.figures | map({key: .name, value: .}) | from_entries) as $all |
(($wall[0].figures // []) | map({key: .name, value: .}) | from_entries) as $seen |

def p50($name): $all[$name].p50;
# A row: what, target in words, the figure's value against what it is held to, how it is shown
def row($what; $target; $value; $limit; $text):
	"| \($what) | \($target) | \(if $value == null or $limit == null then "not measured" else $text end) | \(
		if $value == null or $limit == null then "" elif $value <= $limit then "met"
		else "missed: \($value / $limit | ratio) × the target" end) |";
def against($what; $target; $name; $factor; $other):
	p50($name) as $a | p50($other) as $b |
	row($what; $target; $a; (if $b == null then null else $b * $factor end);
		(if $a == null or $b == null then "" else "\($a | thousands), against \($b | thousands): \($a / $b | ratio) ×" end));
def least($what; $target; $name; $limit):
	p50($name) as $a | row($what; $target; $a; $limit; ($a | count_text));
def growth($what; $channel):
	p50("growth/\($channel)/65536") as $a | p50("growth/\($channel)/16777216") as $b |
	(if $a == null or $b == null then null else ($b / 16777216) / ($a / 65536) end) as $r |
	row($what; "within 10 %"; (if $r == null then null else (if $r < 1 then 1 / $r else $r end) end); 1.1;
		(if $r == null then "" else "\($a / 65536 * 100 | round / 100) and \($b / 16777216 * 100 | round / 100) a byte: \($r | ratio) ×" end));
def scale($what; $target; $channel):
	($seen["producers/\($channel)/64"]) as $a | ($seen["producers/\($channel)/64/p2"]) as $b |
	"| \($what) | \($target) | \(if $a == null or $b == null then "not measured" else
		"\($a.p50 | thousands) ns an event by one producer, \($b.p50 | thousands) by two: \($a.p50 / $b.p50 | ratio) ×, \($b.lost) of \($b.emitted) lost" end) | \(
		if $a == null or $b == null then "" elif $a.p50 / $b.p50 >= 1.6 and $b.lost == 0 then "met" else "missed" end) |";

def head:
	"<!-- SPDX-License-Identifier: CC-BY-4.0 -->",
	"<!-- Written by scripts/bench-report; make bench writes it anew. -->",
	"# What each channel costs", "",
	"Kernel \(.kernel), accelerator \(.accelerator), \(.processors) processor, clock: \(.clock); \(.date), on \(.host).", "",
	"Figures are medians of instructions an operation unless another unit stands there, through libkulink, user space and kernel together, every contract on. " +
	"An instruction clock sees no cache, no contention and no second processor: it compares paths, not machines. [bench.md](bench.md) says how to measure on a machine of yours.", "";

def targets:
	"## Targets", "", "| what | target | figure | |", "|---|---|---|---|",
	against("64-byte event over the ring, produce and consume"; "≤ 0.5 × BPF ring buffer with libbpf"; "events/mmap/64"; 0.5; "events/bpf-ringbuf-peer/64"),
	least("the same"; "≤ 100"; "events/mmap/64"; 100),
	against("the same with 64 readers"; "≤ 64 × one"; "events/mmap/64/r64"; 64; "events/mmap/64"),
	least("64-byte event over genl, flood"; "≤ 200"; "events/genl/64"; 200),
	against("wake-up of a sleeping reader, ring"; "≤ 1.1 × eventfd"; "wakeup/mmap/64"; 1.1; "wakeup/eventfd-bare/64"),
	against("call of 64 B, ioctl"; "≤ 1.15 × bare"; "call/ioctl/64"; 1.15; "call/ioctl-bare/64"),
	against("call of 4 KiB, ioctl"; "≤ 1.15 × bare"; "call/ioctl/4096"; 1.15; "call/ioctl-bare/4096"),
	against("call of 64 B, genl"; "≤ libmnl client of a bare family"; "call/genl/64"; 1; "call/libmnl-peer/64"),
	against("calls in batches of 32, uring"; "≤ 0.75 × one ioctl each"; "call/uring-batch/64"; 0.75; "call/ioctl/64"),
	least("get an integer, mmap"; "≤ 100"; "get/mmap/8"; 100),
	against("get an integer, ioctl"; "≤ 1.15 × bare"; "get/ioctl/8"; 1.15; "get/ioctl-bare/8"),
	against("get an integer, sysfs, descriptor kept"; "≤ 1.15 × bare"; "get/sysfs/8"; 1.15; "get/sysfs-bare/8"),
	against("table of 64 KiB, mmap"; "≤ 1.02 × memcpy"; "table/mmap/65536"; 1.02; "table/floor-memcpy/65536"),
	against("table of 64 KiB, ioctl"; "≤ 1.5 × memcpy"; "table/ioctl/65536"; 1.5; "table/floor-memcpy/65536"),
	against("the same again, unchanged, mmap"; "≤ 1.02 × memcpy"; "reread/mmap/65536"; 1.02; "table/floor-memcpy/65536"),
	against("the same again, unchanged, ioctl"; "≤ 1.5 × memcpy"; "reread/ioctl/65536"; 1.5; "table/floor-memcpy/65536"),
	against("table of 64 KiB, genl"; "≤ 10 × memcpy"; "table/genl/65536"; 10; "table/floor-memcpy/65536"),
	against("table of 64 KiB, procfs text"; "≤ 0.1 × seq_printf"; "table/procfs/65536"; 0.1; "table/seq-printf-bare/65536"),
	growth("cost a byte, 64 KiB and 16 MiB of a table, ioctl"; "ioctl"),
	growth("the same, mmap"; "mmap"), growth("the same, genl"; "genl"),
	against("register and publish, the 1000th service"; "flat: ≤ 1.1 × the first"; "growth/register/1000"; 1.1; "growth/register/1"),
	scale("two producers on two processors, ring (wall time)"; "≥ 1.6 ×, nothing lost"; "mmap"),
	scale("the same, BPF ring buffer with libbpf"; "beside it"; "bpf-ringbuf-peer"), "";

# One table a work: ways down, sizes across, one producer and one reader
def work($work; $title; $note):
	[.figures[] | select(.work == $work and .producers == 1 and .readers == 1)] as $f |
	($f | map(.bytes) | unique) as $sizes |
	if ($f | length) == 0 then empty else
		"## \($title)", "", $note, "",
		"| way | \($sizes | map("\(.) B") | join(" | ")) |", "|---|\($sizes | map("---:|") | join(""))",
		($f | group_by([.kind != "floor", .kind != "kulink", .kind, .channel])[] |
			(map({key: (.bytes | tostring), value: .p50}) | from_entries) as $v |
			"| \(.[0].channel)\(if .[0].kind == "kulink" then "" else " *(\(.[0].kind))*" end) | " +
			($sizes | map($v[tostring] | if . == null then "" else thousands end) | join(" | ")) + " |"), ""
	end;

def tails:
	"## Tails, losses and wake-ups", "",
	"Of 64 bytes (8 for values, 8192 for tables). Lost: of what was emitted, at all readers. CPU: of the program and the kernel for it, an operation.", "",
	"| figure | p50 | p99 | p99.9 | max | operations/s | emitted | lost | wake-ups | CPU |", "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
	(.figures[] | select(.bytes == (if .work == "get" or .work == "set" then 8 elif .work == "table" then 8192 else 64 end)) |
		"| \(.name) | \(.p50 | thousands) | \(.p99 | thousands) | \(.p999 | thousands) | \(.max | thousands) | \(
			if .mean > 0 then 1e9 / .mean | thousands else "" end) | \(.emitted // "") | \(.lost // "") | \(.wakeups // "") | \(
			(.cpu_user + .cpu_kernel) / .operations | thousands) |"), "";

head, targets,
work("get"; "Get a value"; "Eight bytes are an integer, more a string."),
work("set"; "Set a value"; "The value is another each time."),
work("call"; "Call"; "An echo: the request's bytes come back."),
work("table"; "Read a table"; "Of rows of 64 bytes, others each time."),
work("reread"; "Read a table again"; "It has not changed since, as its driver would say."),
work("events"; "Events"; "Emitted one by one and taken by one reader, as records where the channel has them: both sides together. eventfd and signal bring no fields."),
work("bursts"; "Events in bursts"; "Emitted by kulink_emit_many(), 32 at once; taken as records."),
work("cells"; "Events, decoded"; "Emitted one by one and taken by kulink_next(), which makes cells of the fields."),
work("wakeup"; "Wake-up"; "From the interrupt that emits until the reader, who slept, has the event."),
tails
