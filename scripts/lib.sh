# Shared parts of run.sh and test.sh; sourced, never run. Progress goes to stderr: stdout belongs to the program that runs.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
artifacts=$root/artifacts
configuration=Release
# Nothing that a build starts outlives it.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*" >&2; }

die() { # CODE MESSAGE...
  local code=$1
  shift
  say "error: $*"
  exit "$code"
}

# One line of progress, the output kept in artifacts/logs/NAME.log, its errors shown when the command fails.
logged() { # NAME DESCRIPTION COMMAND...
  local name=$1 description=$2 log start=$SECONDS
  shift 2
  mkdir -p "$artifacts/logs"
  log=$artifacts/logs/$name.log
  say "$description (log: artifacts/logs/$name.log)"
  if "$@" >"$log" 2>&1 </dev/null; then
    say "$description: done in $((SECONDS - start)) s"
    return 0
  fi
  say "$description: failed after $((SECONDS - start)) s"
  { grep -E '(error|warning) [A-Z]+[0-9]+|CMake Error|: error:|npm error' "$log" | sort -u || tail -n 40 "$log"; } | head -n 60 >&2
  return 1
}

# Builds projects one after another under a lock, so that two runs at once do not write into each other's output.
build() { # NAME PROJECT...
  local name=$1
  shift
  mkdir -p "$artifacts"
  exec 9>"$artifacts/build.lock"
  flock -n 9 || { say "Waiting for another build to end"; flock 9; }
  local project failed=0
  for project in "$@"; do
    logged "build-$name" "Building ${project#"$root"/}" \
      dotnet build "$project" --configuration "$configuration" --verbosity quiet --nologo -p:UseSharedCompilation=false 9>&- || failed=1
    ((failed == 0)) || break
  done
  exec 9>&-
  return "$failed"
}

# The packages of Web/ by its lockfile, when that is another than the last time, and its TypeScript when anything of it is newer
# than what was built last, under the same lock.
build_web() {
  local lockfile=$root/Web/package-lock.json installed=$root/Web/node_modules/.installed built=$root/Web/node_modules/.built code=0
  mkdir -p "$artifacts"
  exec 9>"$artifacts/build.lock"
  flock -n 9 || { say "Waiting for another build to end"; flock 9; }
  if ! cmp -s "$lockfile" "$installed"; then
    { logged web-install 'Installing the packages of Web' npm --prefix "$root/Web" ci --ignore-scripts --prefer-offline 9>&- &&
      cp "$lockfile" "$installed"; } || code=1
  fi
  if ((code == 0)) && ! web_is_built "$root/Web/node_modules/.begun" "$built"; then
    # What is changed meanwhile is built the next time.
    touch "$root/Web/node_modules/.begun"
    { logged web-build 'Compiling Web' npm --prefix "$root/Web" run --silent build 9>&- && touch "$built"; } || code=1
  fi
  exec 9>&-
  return "$code"
}

# No file is newer than the beginning of a build that has ended well, and no folder, which a deletion changes, newer than its end.
web_is_built() { # BEGUN BUILT
  [[ $2 -nt $1 && -f $root/Web/peer/dist/src/main.js ]] &&
    [[ -z $(find "$root/Web" \( -name node_modules -o -name dist -o -path "$root/Web/app/page" \) -prune -o \
      \( -type f -newer "$1" -o -type d -newer "$2" \) -print -quit) ]]
}

# The program of a node, which serves streams. Without Node.js all else works, and the service says what is missing.
build_node() {
  if ! command -v npm >/dev/null; then
    say 'Streams will not be watchable: Node.js 20.19 or newer with npm is not installed'
    return 0
  fi
  build_web
}

# The program that a project was built into.
output_of() { # FOLDER NAME
  printf '%s/%s/bin/%s/net10.0/EventTorrent.%s.dll\n' "$root" "$1" "$configuration" "$2"
}

# GET over plain HTTP to loopback, for the status code alone: a fresh machine need not have curl.
http_status() { # PORT PATH
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&3
    IFS=' ' read -r -t 5 _ status _ <&3 && printf '%s\n' "$status"
  ) 2>/dev/null
}

# A port below the ephemeral range (32768 and up) that nobody listens on at this moment.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s\n' "$port"; return 0; }
  done
  return 1
}

# Ends a process that we started, or with "-PID" the group that it leads: asks, waits, insists.
end_process() { # PID SECONDS
  local deadline=$((SECONDS + $2))
  kill -TERM -- "$1" 2>/dev/null || return 0
  while kill -0 -- "$1" 2>/dev/null; do
    ((SECONDS < deadline)) || kill -KILL -- "$1" 2>/dev/null || true
    sleep 0.1
  done
}
