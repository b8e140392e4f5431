#!/usr/bin/env bash
# Builds EventTorrent in Release and measures it on loopback: against independent seeders, RabbitMQ and PostgreSQL.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/scripts/lib.sh"

usage() {
  cat <<'TEXT'
usage: ./bench.sh [--no-build] NAME [--repeat N] [--megabytes N]

NAME     shots   ten screenshots of a 472 MiB video: payload by blocks and by pieces against the least possible
         bytes   ten screenshots of every container, by blocks and pieces: ours, ffmpeg's by demand paging, the least
         corpus  every file of the shared corpus: the pictures it gives, whether they are right, and why not
         memory  a thousand tasks, four at once: what stays in the memory of a screenshot worker
         swarm   ten scattered ranges: latency from one seeder; five seeders of different speeds, one asleep
         download a file of 1 GiB (--megabytes) from two seeders, beside aria2, qBittorrent and Transmission
         jail    what running ffmpeg under bubblewrap costs each picture
         hls     a stream beside plain ffmpeg: copied, and encoded in chunks by two workers
         hls-corpus  every file of the shared corpus: what its stream is made of, and whether all its frames are in it
         network a stream over a bad link: one connection against four, a video of 3 Mbit/s, a way that dies; many viewers
                 and hostile ones at a node (Chromium; network namespaces, so root or user namespaces)
         playback  from the click to a picture, from a seek to a picture, and a stream's bytes against a bare data channel's (Chromium)
         playback-long  an hour of playing with seeks, or --minutes N: what stays in the memory of node and page
         bus     from submission to completion over the bus, beside workers that poll a table
         backlog a million pending tasks: submitting, issuing and listing
         api     100,000 tasks: submissions and questions a second over REST, and a thousand pages that are told of changes meanwhile
         page    the whole service with 10,000 tasks: from the navigation to rows on the screen, and what the page weighs (Chromium)
         all     all of them but playback-long, one after another; what they say goes into benchmarks/results/all.md too,
                 with machine, date and commit, and the others go on when one fails. Without options their figures take the
                 places of earlier ones in the table of docs/benchmarks.md
--no-build  runs what was built last
--help      this text

Ratios of one run count; times depend on what else the machine does. Results are also kept in benchmarks/results, and
the material in eventtorrent-bench of the temporary directory (about 1.9 GB).
Exit codes: 0 measured, 1 a bench failed, 2 wrong usage, 3 see ./run.sh --help.
TEXT
}

# The program of a bench that was built, into the array "program".
choose() { # NAME OPTION...
  local name=$1
  shift
  case $name in
    network | playback | playback-long)
      local package=viewer
      [[ $name != playback ]] || package=app
      program=(node --expose-gc "$root/Web/$package/dist/bench/$name.js" "$@")
      ;;
    *) program=(dotnet "$(output_of benchmarks Benchmarks)" "$name" "$@") ;;
  esac
}

# Runs all of them and writes the page of it. What takes options of its own gets none here but --repeat and --megabytes.
measure_all() {
  local page="$root/benchmarks/results/all.md" failed=0 name said
  mkdir -p "$(dirname "$page")"
  said=$(mktemp)
  printf '# All benchmarks\n\n`./bench.sh all%s` on %s, commit %s: %s processors (%s), %s MiB, %s.\n' "${*:+ $*}" "$(date -u +'%F %H:%M UTC')" \
    "$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)" "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
    "$(($(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo) / 1024))" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)" >"$page"
  for name in shots bytes corpus memory swarm download jail hls hls-corpus bus backlog api page network playback; do
    local options=("$@") result=measured
    [[ $name != network && $name != playback ]] || options=()
    choose "$name" "${options[@]}"
    "${program[@]}" 2>&1 | tee "$said" || { result='FAILED'; failed=1; }
    printf '\n## `./bench.sh %s`: %s\n\n```\n%s\n```\n' "$name" "$result" "$(<"$said")" >>"$page"
  done
  printf '%s\n' "Written to $page"
  # Figures of fewer repetitions, or of less, are not those of the table.
  if (($# == 0)); then
    awk -f "$root/scripts/figures.awk" "$page" "$root/docs/benchmarks.md" >"$said"
    cat "$said" >"$root/docs/benchmarks.md"
    printf '%s\n' 'and its figures to docs/benchmarks.md'
  fi
  rm -f "$said"
  return "$failed"
}

building=1
if [[ ${1:-} == --no-build ]]; then
  building=0
  shift
fi
projects=("$root/benchmarks/Benchmarks.csproj")
processes=("$root/Sagas/Sagas.csproj" "$root/Api/Api.csproj" "$root/benchmarks/NoOpWorker/NoOpWorker.csproj")
case ${1:-} in
  network | playback | playback-long)
    if ((building)); then
      "$root/scripts/prepare.sh" bench
      build_web || die 1 'the build failed'
    fi
    choose "$@"
    exec "${program[@]}"
    ;;
  swarm | jail | bytes | corpus | memory | hls | hls-corpus) ;;
  download) projects=("$root/benchmarks/Downloader/Downloader.csproj" "${projects[@]}") ;;
  shots | page) projects=("$root/AllInOne/AllInOne.csproj" "${projects[@]}") ;;
  bus | backlog | api) projects=("${processes[@]}" "${projects[@]}") ;;
  all) projects=("$root/AllInOne/AllInOne.csproj" "$root/benchmarks/Downloader/Downloader.csproj" "${processes[@]}" "${projects[@]}") ;;
  --help | -h) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
if ((building)); then
  "$root/scripts/prepare.sh" bench
  build bench "${projects[@]}" || die 1 'the build failed'
  [[ $1 != all && $1 != page ]] || build_web || die 1 'the build failed'
fi
if [[ $1 == all ]]; then
  measure_all "${@:2}"
else
  choose "$@"
  exec "${program[@]}"
fi
