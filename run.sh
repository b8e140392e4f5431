#!/usr/bin/env bash
# Builds EventTorrent and runs it: in one process with in-memory bus and SQLite, or as a cluster of processes on this machine.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/scripts/lib.sh"

usage() {
  cat <<'TEXT'
usage: ./run.sh [--no-build] [serve ARGS... | shots ARGS... | demo ARGS... | cluster ARGS...]
       ./run.sh --check | --help

serve   (default) the service on http://127.0.0.1:8080 (--Urls), data under ./data (EVENTTORRENT_DATA); any configuration
        key is an option: ./run.sh serve --Urls http://127.0.0.1:9000 --Torrents:Dht false
shots   screenshots of one torrent, without the service; `./run.sh shots --help` has its options
demo    a video is seeded on this machine, and EventTorrent takes its screenshots, downloads it and makes a stream of it; every
        step is told, and what comes back is proven; with Chromium installed, a browser watches it on the page. The service
        runs on a free port with a directory of its own, both gone at the end. `./run.sh demo --cluster` does it with separate
        processes, one of which is killed half way; `./run.sh demo --help` has the options
cluster several processes on a RabbitMQ and a PostgreSQL of their own, started again when they end, until Ctrl-C:
        ./run.sh cluster --workers 3 --peers 1; its data is kept in ./data/cluster; `./run.sh cluster --help` has its options

--check     only says whether this machine has all that is needed; exit 0 if so, else 1
--no-build  runs what was built last
--help      this text

Missing packages are installed when this is root or sudo asks for no password; otherwise the line that installs them is
printed. Exit codes: that of the program; 2 wrong usage; 3 something must be installed by hand.
TEXT
}

ready_within_seconds=90
building=1

prepare_and_build() { # PURPOSE PROJECT...
  local purpose=$1
  shift
  ((building)) || return 0
  "$root/scripts/prepare.sh" "$purpose"
  build run "$@" || die 1 'the build failed'
}

prepare_node() {
  ((building)) || return 0
  build_node || die 1 'the build of Web failed'
}

serve() {
  prepare_and_build run "$root/AllInOne/AllInOne.csproj"
  prepare_node
  export Storage__DataDirectory=${EVENTTORRENT_DATA:-$root/data}
  say "EventTorrent on ${ASPNETCORE_URLS:-http://127.0.0.1:8080} unless --Urls says otherwise, data in $Storage__DataDirectory"
  exec dotnet "$(output_of AllInOne AllInOne)" "$@"
}

shots() {
  prepare_and_build run "$root/AllInOne/AllInOne.csproj"
  exec dotnet "$(output_of AllInOne AllInOne)" shots "$@"
}

# Starts the service on a free port; another process may take it between our look and its bind, so a few are tried.
start_service() { # DIRECTORY; sets service and port
  local deadline
  for _ in 1 2 3; do
    port=$(free_port) || die 1 'no free port below 32768'
    # What it does is told often, so that there is something to see. Its node is met on this machine alone.
    ASPNETCORE_URLS=http://127.0.0.1:$port Storage__DataDirectory=$1 Torrents__AllowPrivateNetworks=true \
      Downloads__ProgressInterval=00:00:00.500 Transcodes__ProgressInterval=00:00:00.500 \
      EVENTTORRENT_PEER_BIND_ADDRESS=127.0.0.1 dotnet "$(output_of AllInOne AllInOne)" serve >"$artifacts/logs/demo-service.log" 2>&1 </dev/null &
    service=$!
    deadline=$((SECONDS + ready_within_seconds))
    while kill -0 "$service" 2>/dev/null && ((SECONDS < deadline)); do
      [[ $(http_status "$port" /health/ready) != 200 ]] || return 0
      sleep 0.2
    done
    end_process "$service" 5
    grep -qi 'address already in use' "$artifacts/logs/demo-service.log" || break
  done
  tail -n 20 "$artifacts/logs/demo-service.log" >&2
  die 1 'the service did not become ready; its log is artifacts/logs/demo-service.log'
}

# The programs of a cluster, which those who start one look for where the build puts them.
cluster_projects=("$root/Sagas/Sagas.csproj" "$root/Api/Api.csproj" "$root/Workers.Screenshot/Workers.Screenshot.csproj"
  "$root/Workers.Download/Workers.Download.csproj" "$root/Workers.Transcode/Workers.Transcode.csproj" "$root/Signaling/Signaling.csproj")

cluster() {
  prepare_and_build cluster "${cluster_projects[@]}" "$root/tests/Cluster/Cluster.csproj"
  prepare_node
  exec dotnet "$(output_of tests/Cluster Cluster)" "$@"
}

demo_on_cluster() {
  prepare_and_build demo-cluster "${cluster_projects[@]}" "$root/tests/Demo/Demo.csproj"
  prepare_node
  exec dotnet "$(output_of tests/Demo Demo)" "$@"
}

demo_help() {
  prepare_and_build run "$root/tests/Demo/Demo.csproj"
  exec dotnet "$(output_of tests/Demo Demo)" --help
}

end_demo() {
  [[ -z $player ]] || end_process "-$player" 15
  [[ -z $service ]] || end_process "$service" 30
  rm -rf -- "$directory"
}

demo() {
  local code=0 argument
  for argument in "$@"; do
    [[ $argument != --help && $argument != -h ]] || demo_help
  done
  for argument in "$@"; do
    [[ $argument != --cluster ]] || demo_on_cluster "$@"
  done
  prepare_and_build demo "$root/AllInOne/AllInOne.csproj" "$root/tests/Demo/Demo.csproj"
  prepare_node
  directory=$(mktemp -d "${TMPDIR:-/tmp}/eventtorrent-demo.XXXXXX")
  service='' player=''
  trap end_demo EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mkdir -p "$artifacts/logs"
  start_service "$directory"
  say "The service is ready on http://127.0.0.1:$port (log: artifacts/logs/demo-service.log)"
  # In the background, so that a signal to this script is handled at once; in a group of its own, with its seeders.
  setsid dotnet "$(output_of tests/Demo Demo)" --url "http://127.0.0.1:$port" --volume "$directory/volume" "$@" </dev/null &
  player=$!
  wait "$player" || code=$?
  ((code == 0)) || say "The demo ended with exit code $code; the service's log is artifacts/logs/demo-service.log"
  exit "$code"
}

if [[ ${1:-} == --no-build ]]; then
  building=0
  shift
fi
verb=${1:-serve}
(($# == 0)) || shift
case $verb in
  serve | shots | demo | cluster) "$verb" "$@" ;;
  --check) (($# == 0)) || { usage >&2; exit 2; }; exec "$root/scripts/prepare.sh" --check run ;;
  --help | -h) usage ;;
  *) say "error: unknown option: $verb"; usage >&2; exit 2 ;;
esac
