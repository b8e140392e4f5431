#!/usr/bin/env bash
# Builds everything once and runs the tests. The last line is "N passed, N failed, N skipped".
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/scripts/lib.sh"

usage() {
  cat <<'TEXT'
usage: ./test.sh [NAME...]

Without a name: the sanitizer build of the native part, the workspace of Web/, then every project of tests/, one after another.
NAME     a project of tests/ without ".Tests" (./test.sh Media Storage), or "native", or "Web", or "soak": half an hour in which every
         part of a cluster is killed again and again (EVENTTORRENT_SOAK_MINUTES, EVENTTORRENT_SOAK_SEED), or "fuzz": the
         readers of containers against damaged files, on all processors, for EVENTTORRENT_FUZZ_SECONDS each (60 without a
         name, 600 with it)
--help   this text

Every failed test is printed with its message and every skipped one with its reason. Results: artifacts/test-results.
Exit codes: 0 all passed or were skipped, 1 a failure, a crash or no test at all, 2 wrong usage, 3 see ./run.sh --help.
TEXT
}

# The slowest project takes about half of this; what hangs is ended, and the whole stays below 90 minutes.
project_seconds=2400
total_seconds=4800
soak_minutes=30
results=$artifacts/test-results
passed=0 failed=0 skipped=0

count() { # PASSED FAILED SKIPPED
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# How long a project may take: its own limit, or what is left of the whole.
time_limit() {
  local left=$((total_seconds - SECONDS))
  ((left > 1)) || left=1
  printf '%s\n' $((left < project_seconds ? left : project_seconds))
}

# What a run leaves that has no result of its own: a crash, a timeout, or no test. It counts as one failure.
broken() { # NAME CODE LOG
  case $2 in 124 | 137) say "FAILED $1: no end within the time limit" ;; *) say "FAILED $1: exit code $2 without a failed test" ;; esac
  tail -n 30 "$3" >&2
  count 0 1 0
}

test_project() { # NAME [OPTION...]
  local name=$1 trx=$results/$1.trx log=$results/$1.log code=0 report counts start=$SECONDS
  shift
  if [[ $name == fuzz ]]; then
    # By its own runner: dotnet test once reported a crash with exit code 0 at the end of it, for a cause that is not known.
    set -- dotnet "$root/tests/fuzz/bin/$configuration/net10.0/EventTorrent.Fuzz.Tests.dll" -noColor -trx "$trx" "$@"
  else
    set -- dotnet test "$root/tests/$name.Tests" --no-build --configuration "$configuration" --nologo \
      --logger "trx;LogFileName=$trx" "$@" -- xUnit.LongRunningTestSeconds=60 xUnit.DiagnosticMessages=true
  fi
  timeout --kill-after=30 "$(time_limit)" "$@" >"$log" 2>&1 </dev/null || code=$?
  if [[ ! -s $trx ]]; then
    broken "$name" "$code" "$log"
    return
  fi
  report=$(awk -f "$root/scripts/trx.awk" "$trx")
  counts=${report##*$'\n'}
  [[ $report != *$'\n'* ]] || printf '%s\n' "${report%$'\n'*}"
  read -r -a counts <<<"$counts"
  if ((counts[0] < 0)); then
    broken "$name" "$code" "$log"
    return
  fi
  count "${counts[@]}"
  printf '%s: %s passed, %s failed, %s skipped in %s s\n' "$name" "${counts[@]}" $((SECONDS - start))
  if ((code != 0 && counts[1] == 0)) || ((counts[0] + counts[1] + counts[2] == 0)); then
    broken "$name" "$code" "$log"
  fi
}

# The long form of one test; its course is shown, as a failure is about the course.
test_soak() {
  export EVENTTORRENT_SOAK_MINUTES=${EVENTTORRENT_SOAK_MINUTES:-$soak_minutes}
  project_seconds=$((EVENTTORRENT_SOAK_MINUTES * 60 + 900))
  total_seconds=$((SECONDS + project_seconds))
  say "$EVENTTORRENT_SOAK_MINUTES minutes of soak (log: ${results#"$root"/}/Cluster.log)"
  test_project Cluster --filter 'FullyQualifiedName~The_soak'
  sed -n 's/.*The_soak: //p' "$results/Cluster.log"
}

# The native shim under AddressSanitizer and UndefinedBehaviorSanitizer, with its own tests.
test_native() {
  local folder=$artifacts/native-sanitized log=$results/native.log code=0 start=$SECONDS all lost
  if ! logged native-configure 'Configuring the sanitizer build' \
    cmake -S "$root/Torrents/native" -B "$folder" -DET_SANITIZE=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo ||
    ! logged native-build 'Building the native part with sanitizers' cmake --build "$folder" --parallel "$(nproc)"; then
    say 'FAILED native: the sanitizer build failed'
    count 0 1 0
    return
  fi
  timeout --kill-after=30 "$(time_limit)" ctest --test-dir "$folder" --output-on-failure --no-tests=error >"$log" 2>&1 </dev/null || code=$?
  # "75% tests passed, 1 tests failed out of 4"
  if ! read -r lost all < <(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests failed out of ([0-9]+)$/\1 \2/p' "$log"); then
    broken native "$code" "$log"
    return
  fi
  ((lost == 0)) || cat "$log"
  count $((all - lost)) "$lost" 0
  printf 'native: %s passed, %s failed, 0 skipped in %s s\n' $((all - lost)) "$lost" $((SECONDS - start))
}

# The TypeScript of Web/, by Node's own runner; its reporter counts as trx.awk does.
test_web() {
  local log=$results/Web.log errors=$results/Web.err.log code=0 start=$SECONDS counts
  local -a files
  if ! build_web; then
    say 'FAILED Web: it does not build'
    count 0 1 0
    return
  fi
  files=("$root"/Web/*/dist/test/*.test.js)
  # Of a file; what hangs within one has less, and is named.
  timeout --kill-after=30 $((1200 < $(time_limit) ? 1200 : $(time_limit))) node --test --test-concurrency=2 --test-timeout=420000 \
    --test-reporter="$root/Web/test/reporter.mjs" "${files[@]}" \
    >"$log" 2>"$errors" </dev/null || code=$?
  read -r -a counts < <(tail -n 1 "$log") || true
  if [[ ! "${counts[*]}" =~ ^[0-9]+\ [0-9]+\ [0-9]+$ ]]; then
    cat "$errors" >>"$log"
    broken Web "$code" "$log"
    return
  fi
  sed '$d' "$log"
  count "${counts[@]}"
  printf 'Web: %s passed, %s failed, %s skipped in %s s\n' "${counts[@]}" $((SECONDS - start))
  if ((code != 0 && counts[1] == 0)) || ((counts[0] + counts[1] + counts[2] == 0)); then
    broken Web "$code" "$errors"
  fi
}

native=0
web=0
soak=0
names=()
targets=()
for name in "$@"; do
  case $name in
    --help | -h) usage; exit 0 ;;
    native) native=1 ;;
    Web) web=1 ;;
    soak)
      soak=1
      targets+=("$root/tests/Cluster.Tests")
      ;;
    fuzz)
      export EVENTTORRENT_FUZZ_SECONDS=${EVENTTORRENT_FUZZ_SECONDS:-600}
      # A dozen readers, one after another, and what ffmpeg needs for their seeds.
      project_seconds=$((13 * EVENTTORRENT_FUZZ_SECONDS + 300)) total_seconds=$((total_seconds + project_seconds))
      names+=(fuzz)
      targets+=("$root/tests/fuzz")
      ;;
    *)
      name=${name%.Tests}
      [[ $name != -* && -d $root/tests/$name.Tests ]] || { say "error: there is no tests/$name.Tests"; usage >&2; exit 2; }
      names+=("$name")
      targets+=("$root/tests/$name.Tests")
      ;;
  esac
done
if (($# == 0)); then
  native=1 web=1
  for folder in "$root"/tests/*.Tests; do
    [[ ! -d $folder ]] || names+=("$(basename "$folder" .Tests)")
  done
  names+=(fuzz)
  targets=("$root/EventTorrent.sln")
fi

"$root/scripts/prepare.sh" test
rm -rf "$results"
mkdir -p "$results"
# Some tests of the services run the node's program.
for name in "${names[@]}"; do
  case $name in
    AllInOne | Api | Cluster | Signaling)
      build_web || { printf '0 passed, 1 failed, 0 skipped\n'; exit 1; }
      break
      ;;
  esac
done
if ((${#targets[@]} > 0)) && ! build test "${targets[@]}"; then
  printf '0 passed, 1 failed, 0 skipped\n'
  exit 1
fi
((native == 0)) || test_native
((web == 0)) || test_web
for name in "${names[@]}"; do
  test_project "$name"
done
((soak == 0)) || test_soak

printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
((failed == 0 && passed > 0))
