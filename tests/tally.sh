# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Reads TAP streams between marks, shows a line a stream and what failed, and counts. The marks:
#
#	# begin NAME		a program of tests starts
#	# end NAME STATUS	it has ended
#	# kernel NAME		what follows ran in this machine
#	# machine NAME STATUS	that is over; vm/run's exit status

passed=0 failed=0 skipped=0

complain() { # WHAT
	failed=$((failed + 1))
	stream_failed=$((stream_failed + 1))
	echo "FAILED ${kernel:+$kernel }${stream:-outside any program of tests}: $1"
}

begin() { # NAME
	[[ -z $stream ]] || finish "$stream" "no exit status"
	stream=$1 plan='' points=0 stream_failed=0 begun=$SECONDS showing=no said=()
}

finish() { # NAME STATUS
	[[ $stream == "$1" ]] || complain "it ended without having begun: $1"
	if [[ $plan != "$points" ]]; then
		complain "planned ${plan:-nothing}, ran $points"
	elif ((points == 0)); then
		complain "no test ran"
	elif [[ $2 != 0 ]] && ((stream_failed == 0)); then
		complain "all tests passed, but it ended with $2"
	fi
	printf '%-12s %-28s %4d tests %4d s  %s\n' "${kernel:-host}" "$stream" "$points" \
		$((SECONDS - begun)) "$( ((stream_failed)) && echo "$stream_failed FAILED" || echo ok)"
	machine_failed=$((machine_failed + stream_failed))
	stream='' showing=no said=()
}

point() { # LINE
	points=$((points + 1))
	showing=no
	[[ -n $stream ]] || { complain "$1" && return; }
	# cmocka says "not ok" of a test that was skipped
	if [[ $1 =~ '# SKIP' || $1 =~ '# skip' ]]; then
		skipped=$((skipped + 1))
		echo "skipped ${kernel:+$kernel }$stream: $1"
	elif [[ $1 == ok* ]]; then
		passed=$((passed + 1))
	else
		complain "$1"
		((${#said[@]} == 0)) || printf '  %s\n' "${said[@]}"
		showing=yes
	fi
	said=()
}

# What is no test point: shown after a failed one, kept until it is known what follows in a stream
other() { # LINE
	if [[ $showing = yes || -z $stream && $1 != '#'* || $1 == 'vm: '* ]]; then
		echo "  $1"
	elif ((${#said[@]} < 100)); then
		said+=("$1")
	fi
}

machine() { # NAME STATUS
	[[ -z $stream ]] || finish "$stream" "no exit status"
	if [[ $2 != 0 ]] && ((machine_failed == 0)); then
		complain "the machine's run failed with $2: see above, or build/test/"
	elif [[ $2 != 0 ]]; then
		echo "FAILED $1: vm/run ended with $2"
	fi
	kernel=''
}

tally() { # FILE, for the counts: passed failed skipped
	local kernel='' stream='' plan='' points=0 stream_failed=0 machine_failed=0 begun=0 showing=no
	local line name status said=()
	while IFS= read -r line; do
		case $line in
		'# begin '*) begin "${line#\# begin }" ;;
		'# end '*)
			read -r _ _ name status <<<"$line"
			finish "$name" "$status"
			;;
		'# kernel '*) kernel=${line#\# kernel } machine_failed=0 ;;
		'# machine '*)
			read -r _ _ name status <<<"$line"
			machine "$name" "$status"
			;;
		1..*) plan=${line#1..} plan=${plan%% *} ;;
		'ok '* | 'not ok '*) point "$line" ;;
		*) other "$line" ;;
		esac
	done
	[[ -z $stream ]] || finish "$stream" "no exit status"
	echo "$passed $failed $skipped" >"$1"
}
