# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The guest's requests: two verbs, each checked here, reach QEMU's monitor; nothing else does, for a guest that could
# talk to the monitor could run commands on the host.

# Reads QEMU's answers until one decides. Prints nothing when it went well, else why not.
monitor_answer() { # PATTERN SECONDS
	local line until=$((SECONDS + $2))
	while [ $SECONDS -lt $until ] && read -r -t "$2" line <&"$monitor_in"; do
		# shellcheck disable=SC2254 # the last one is a pattern
		case $line in
		*'"error"'*)
			line=${line##*'"desc": "'}
			echo "${line%%'"'*}"
			return
			;;
		$1) return ;;
		esac
	done
	echo "no answer within $2 s"
}

monitor_ask() { # JSON PATTERN SECONDS
	echo "$1" >&"$monitor_out"
	monitor_answer "$2" "$3"
}

monitor_request() { # VERB ARGUMENT TOKEN
	local verb=$1 argument=$2 token=$3 why='' kind id
	[[ $token =~ ^[0-9]+$ ]] || return 0
	if [[ $verb = unplug && $argument =~ ^[a-z][a-z0-9-]*$ ]]; then
		why=$(monitor_ask '{"execute":"device_del","arguments":{"id":"'"$argument"'"}}' '*"return"*' 5)
		[ -n "$why" ] || echo "accepted $token" >&"$requests_out"
		[ -n "$why" ] || why=$(monitor_answer '*"DEVICE_DELETED"*"device": "'"$argument"'"*' 60)
	elif [[ $verb = plug && $argument =~ ^([a-z][a-z0-9-]*),([a-z][a-z0-9-]*)$ ]]; then
		kind=${BASH_REMATCH[1]} id=${BASH_REMATCH[2]}
		if [[ " $kinds " = *" $kind "* ]]; then
			why=$(monitor_ask '{"execute":"device_add","arguments":{"driver":"'"$kind"'","id":"'"$id"'"}}' '*"return"*' 5)
		else
			why="this machine was not started with a $kind (--device)"
		fi
	else
		why="not a request: $verb"
	fi
	if [ -n "$why" ]; then
		echo "error $token $why" >&"$requests_out"
	else
		echo "done $token" >&"$requests_out"
	fi
}

# Runs beside QEMU, for as long as it lives; kinds = the kinds of device that may be plugged in.
monitor_serve() { # DIRECTORY
	local verb argument token
	exec {monitor_in}<"$1/monitor.out" {monitor_out}>"$1/monitor.in"
	exec {requests_in}<"$1/request.out" {requests_out}>"$1/request.in"
	monitor_ask '{"execute":"qmp_capabilities"}' '*"return"*' 60 >/dev/null
	while read -r verb argument token <&"$requests_in"; do
		monitor_request "$verb" "$argument" "$token"
	done
}
