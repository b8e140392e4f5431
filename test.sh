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
         kind of process, broker and database are killed again and again (EVENTTORRENT_SOAK_MINUTES, EVENTTORRENT_SOAK_SEED), or "fuzz": the
         readers of containers against damaged files, on all processors, for EVENTTORRENT_FUZZ_SECONDS each (60 without a
         name, 600 with it)
--help   this text

Every failed test is printed with its message and every skipped one with its reason. Up to three failures of a project (of Web: files)
are run once more, alone; what passes then counts as passed and is printed as not steady. Results: artifacts/test-results.
Exit codes: 0 all passed or were skipped, 1 a failure, a crash or no test at all, 2 wrong usage, 3 see ./run.sh --help.
TEXT
}

# The slowest project takes about half of this; what hangs is ended, and the whole stays below 90 minutes.
project_seconds=2400
total_seconds=4800
soak_minutes=30
# More failures than these are no matter of luck.
most_again=3
results=$artifacts/test-results
passed=0 failed=0 skipped=0 again=0

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
  local name=$1 trx=$results/$1.trx log=$results/$1.log code=0 program report counts start=$SECONDS
  shift
  # By its own runner: behind dotnet test a failure was lost and called a crash of the process.
  if [[ $name == fuzz ]]; then
    most_again=0
    program=$root/tests/fuzz/bin/$configuration/net10.0/EventTorrent.Fuzz.Tests.dll
  else
    program=$root/tests/$name.Tests/bin/$configuration/net10.0/EventTorrent.$name.Tests.dll
  fi
  set -- dotnet "$program" -noColor -longRunning 60 -trx "$trx" "$@"
  timeout --kill-after=30 "$(time_limit)" "$@" >"$log" 2>&1 </dev/null || code=$?
  if [[ ! -s $trx ]]; then
    broken "$name" "$code" "$log"
    return
  fi
  report=$(awk -f "$root/scripts/trx.awk" "$trx")
  counts=${report##*$'\n'}
  report=${report%"$counts"}
  read -r -a counts <<<"$counts"
  if ((counts[0] < 0)); then
    broken "$name" "$code" "$log"
    return
  fi
  if ((counts[1] > 0 && counts[1] <= most_again)) && passes_again "$name" "$program" "$report"; then
    again=$((again + counts[1]))
    report=${report//FAILED /NOT STEADY }
    counts=($((counts[0] + counts[1])) 0 "${counts[2]}") code=0
  fi
  printf '%s' "$report"
  count "${counts[@]}"
  printf '%s: %s passed, %s failed, %s skipped in %s s\n' "$name" "${counts[@]}" $((SECONDS - start))
  if ((code != 0 && counts[1] == 0)) || ((counts[0] + counts[1] + counts[2] == 0)); then
    broken "$name" "$code" "$log"
  fi
}

# Real processes and real clocks: what fails is run once more, alone. What passes then is printed as not steady, not hidden.
passes_again() { # NAME PROGRAM REPORT
  local trx=$results/$1.again.trx method
  local -a options=() counts
  while read -r method; do
    options+=(-method "$method")
  done < <(sed -nE 's/^FAILED ([^ (]+).*/\1/p' <<<"$3" | sort -u)
  timeout --kill-after=30 "$(time_limit)" dotnet "$2" -noColor -trx "$trx" "${options[@]}" >"$results/$1.again.log" 2>&1 </dev/null || return 1
  read -r -a counts < <(awk -f "$root/scripts/trx.awk" "$trx" | tail -n 1)
  # Every one of them must have run: one that was skipped or not found has not passed.
  ((counts[0] >= ${#options[@]} / 2 && counts[1] == 0))
}

# The long form of one test; its course is shown, as a failure is about the course.
test_soak() {
  export EVENTTORRENT_SOAK_MINUTES=${EVENTTORRENT_SOAK_MINUTES:-$soak_minutes}
  project_seconds=$((EVENTTORRENT_SOAK_MINUTES * 60 + 900))
  total_seconds=$((SECONDS + project_seconds))
  say "$EVENTTORRENT_SOAK_MINUTES minutes of soak (log: ${results#"$root"/}/Cluster.log)"
  most_again=0
  test_project Cluster -class '*.The_soak'
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
  local log=$results/Web.log errors=$results/Web.err.log code=0 start=$SECONDS counts report web_counts
  if ! build_web; then
    say 'FAILED Web: it does not build'
    count 0 1 0
    return
  fi
  run_web 2 "$root"/Web/*/dist/test/*.test.js >"$log" 2>"$errors" </dev/null || code=$?
  read -r -a counts < <(tail -n 1 "$log") || true
  if [[ ! "${counts[*]}" =~ ^[0-9]+\ [0-9]+\ [0-9]+$ ]]; then
    cat "$errors" >>"$log"
    broken Web "$code" "$log"
    return
  fi
  report=$(sed '$d' "$log")
  if ((counts[1] > 0 && $(wc -l <"$results/Web.failed") <= most_again)) && web_passes_again; then
    again=$((again + counts[1]))
    report=${report//FAILED /NOT STEADY }
    counts=("${web_counts[@]}") code=0
  fi
  [[ -z $report ]] || printf '%s\n' "$report"
  count "${counts[@]}"
  printf 'Web: %s passed, %s failed, %s skipped in %s s\n' "${counts[@]}" $((SECONDS - start))
  if ((code != 0 && counts[1] == 0)) || ((counts[0] + counts[1] + counts[2] == 0)); then
    broken Web "$code" "$errors"
  fi
}

run_web() { # CONCURRENCY FILE...
  # The limit is a file's; what hangs within one has less, and is named.
  EVENTTORRENT_FAILED_FILES=$results/Web.failed timeout --kill-after=30 $((1200 < $(time_limit) ? 1200 : $(time_limit))) \
    node --test --test-concurrency="$1" --test-timeout=420000 --test-reporter="$root/Web/test/reporter.mjs" "${@:2}"
}

# As passes_again, by files. It leaves web_counts: the counts of all with those of these files as they are now.
web_passes_again() {
  local -a files=() now
  local passed failed skipped file
  web_counts=("${counts[@]}")
  while read -r passed failed skipped file; do
    files+=("$file")
    web_counts=($((web_counts[0] - passed)) $((web_counts[1] - failed)) $((web_counts[2] - skipped)))
  done <"$results/Web.failed"
  run_web 1 "${files[@]}" >"$results/Web.again.log" 2>&1 </dev/null || return 1
  read -r -a now < <(tail -n 1 "$results/Web.again.log")
  web_counts=($((web_counts[0] + now[0])) $((web_counts[1] + now[1])) $((web_counts[2] + now[2])))
  ((now[0] > 0 && now[1] == 0))
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
for name in "${names[@]}" "$@"; do
  case $name in
    AllInOne | Api | Cluster | Signaling | soak)
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

((again == 0)) || printf 'Of these passed only when run once more: %s\n' "$again"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
((failed == 0 && passed > 0))
