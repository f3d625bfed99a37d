#!/usr/bin/env bash
# A device of ser2tcp in a pipeline. Needs bash, curl and jq; SER2TCP_URL is where the server is, SER2TCP_TOKEN an API token.
#
#   device.sh ensure FILE                           the port that FILE names has the settings of FILE; it is made where there is none
#   device.sh wait PORT SECONDS                     until its device can be opened and its servers listen
#   device.sh kick PORT                             disconnects all of its clients
#   device.sh expect HOST:PORT TEXT SECONDS [SEND]  sends SEND, and prints what the device says until TEXT was in it
#
# All of them may be done again. Status: 0 done, 1 not within the time, 2 wrong usage, 3 refused by the server, 4 no server.
set -euo pipefail

answer=$(mktemp -d)
trap 'rm -rf "$answer"' EXIT

say() { echo "device.sh: $1" >&2; }

# call METHOD PATH [CURL OPTION...]: the status in $status, the body and headers in files. The token goes by a descriptor: it is in no
# list of processes and in no URL.
call() {
  local method=$1 path=$2
  shift 2
  status=$(curl --silent --show-error --max-time 30 --request "$method" \
    --header @<(printf 'Authorization: Bearer %s\n' "$SER2TCP_TOKEN") --header 'Content-Type: application/json' \
    --dump-header "$answer/headers" --output "$answer/body" --write-out '%{http_code}' "$@" "$SER2TCP_URL$path") || exit 4
}

# Ends the script unless the last answer was one of these.
must() {
  [[ " $* " == *" $status "* ]] && return
  say "$status $(jq -r '.error // .' "$answer/body")"
  exit 3
}

encoded() { jq -rn --arg name "$1" '$name | @uri'; }
etag() { sed -n 's/^etag: *\(.*\)\r$/\1/Ip' "$answer/headers"; }

ensure() {
  local name path
  if ! name=$(jq -er .name "$1"); then
    say "$1 is no port with a name"
    exit 2
  fi
  path=/api/ports/$(encoded "$name")
  for _ in 1 2 3; do
    call GET "$path"
    must 200 404
    if [[ $status == 404 ]]; then
      call POST /api/ports --data "@$1"
      must 201 400
    elif [[ $(jq -S . "$answer/body") == "$(jq -S . "$1")" ]]; then
      return
    else
      call PUT "$path" --data "@$1" --header "If-Match: $(etag)"
      must 200 412
    fi
    [[ $status == 2* ]] && return
    # 412, and 400 for a name that is taken by now: somebody else was faster. What he made is looked at again.
  done
  must 200
}

wait_for() {
  local until=$((SECONDS + $2)) path
  path=/api/status?port=$(encoded "$1")
  while call GET "$path" && must 200 404; do
    jq -e '.port.state != "error" and all(.port.servers[]; .state == "online")' "$answer/body" > /dev/null && return
    if ((SECONDS >= until)); then
      say "$(jq -r '.error // .port.reason // "a server does not listen"' "$answer/body")"
      exit 1
    fi
    sleep 1
  done
}

kick() {
  local client
  call GET "/api/status?port=$(encoded "$1")"
  must 200
  for client in $(jq -r '.port.servers | to_entries[] | "\(.key)/\(.value.connections[].id)"' "$answer/body"); do
    call DELETE "/api/ports/$(encoded "$1")/connections/$client"
    # 404: it has left by itself.
    must 200 404
  done
}

expect() {
  local until=$((SECONDS + $3)) seen='' part end
  exec 3<> "/dev/tcp/${1%:*}/${1##*:}" || exit 4
  printf '%s' "${4:-}" >&3
  while ((SECONDS < until)); do
    end=0
    IFS= read -r -t 0.5 part <&3 || end=$?
    ((end == 0)) && part+=$'\n'
    printf '%s' "$part"
    seen+=$part
    [[ $seen == *"$2"* ]] && return
    if ((end == 1)); then
      say 'the server has closed the connection'
      exit 3
    fi
  done
  say "\"$2\" did not come within $3 s"
  exit 1
}

case "${1:-}:$#" in
  ensure:2) ensure "$2" ;;
  wait:3) wait_for "$2" "$3" ;;
  kick:2) kick "$2" ;;
  expect:4 | expect:5) expect "${@:2}" ;;
  *)
    sed -n '2,/^#$/p;/^#   device/p' "$0" >&2
    exit 2
    ;;
esac
