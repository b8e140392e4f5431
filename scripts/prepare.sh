#!/usr/bin/env bash
# Finds out what this machine lacks for a purpose, by trying what is needed, and installs it with one apt-get line.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'TEXT'
usage: scripts/prepare.sh [--check] PURPOSE

PURPOSE  run           build and run EventTorrent
         demo          run, and a seeder for ./run.sh demo
         cluster       run, and RabbitMQ and PostgreSQL for ./run.sh cluster
         demo-cluster  both, for ./run.sh demo --cluster
         test          everything that ./test.sh needs
         bench         everything that the benchmarks need
--check  only report; exit 0 when everything is there, else 1

Exit codes: 0 everything is there, 1 missing (--check) or the installation failed, 2 wrong usage,
3 something is missing that must be installed by hand: the message says how.
TEXT
}

# --- What each purpose needs: a function that proves it | the Debian and Ubuntu packages that bring it | for people
needs() { # PURPOSE
  cat <<'TEXT'
has_ffmpeg|ffmpeg|ffmpeg and ffprobe that decode H.264 and write JPEG
has_libtorrent|libtorrent-rasterbar-dev|libtorrent-rasterbar 2.0 development files
has_compiler|g++|a C++17 compiler
has_cmake|cmake|CMake 3.20 or newer
has_make|make|make or ninja
has_pkg_config|pkg-config|pkg-config
has_util_linux|util-linux|prlimit, flock, setsid and setpriv
TEXT
  case $1 in
    demo | demo-cluster | test | bench) echo 'has_transmission|transmission-daemon|transmission-daemon, as an independent seeder' ;;
  esac
  case $1 in
    test | bench)
      [[ $1 == bench ]] && echo 'has_chromium|chromium|Chromium, which plays over bad links (EVENTTORRENT_CHROMIUM names another)'
      [[ $1 == test ]] && echo 'has_coturn|coturn|turnserver, a relay between viewers and nodes; no service of it is started'
      echo 'has_aria2|aria2|aria2c, as an independent seeder'
      echo 'has_qbittorrent|qbittorrent-nox|qbittorrent-nox, as an independent seeder'
      echo 'has_procps|procps|ps'
      echo 'has_iproute|iproute2|ip and ss'
      ;;
  esac
  [[ $1 != test ]] || cat <<'TEXT'
has_chromium|chromium|Chromium, which plays in the tests of Web and Media (EVENTTORRENT_CHROMIUM names another)
has_gstreamer|gstreamer1.0-tools|GStreamer, which plays streams in the tests of Media
has_gst_base|gstreamer1.0-plugins-base|its player
has_gst_good|gstreamer1.0-plugins-good|its demuxer of fragmented MP4
has_gst_bad|gstreamer1.0-plugins-bad|its demuxers of HLS and MPEG-TS
has_gst_libav|gstreamer1.0-libav|its decoders
TEXT
  # Ubuntu has it as a snap only; there the test says that it is not here.
  [[ $1 != test || $(system) != debian* ]] || echo 'has_firefox|firefox-esr|Firefox ESR, which plays in a test of Web (EVENTTORRENT_FIREFOX names another)'
  case $1 in
    cluster | demo-cluster | test | bench)
      echo 'has_rabbitmq|rabbitmq-server|the programs of RabbitMQ, for private nodes'
      echo 'has_postgresql|postgresql|the programs of PostgreSQL, for private clusters'
      ;;
  esac
}

# What makes it better but is not needed: it is named, and installed when something else is.
wants() { # PURPOSE
  echo 'has_bubblewrap|bubblewrap|bubblewrap, which runs ffmpeg without network and files'
  [[ $1 != test ]] || echo 'has_exiftool|libimage-exiftool-perl|exiftool, a second reader of the tags in pictures'
}

# Output is taken whole before it is searched: under pipefail, grep -q would fail what it closes the pipe on.
has_ffmpeg() {
  ffprobe -version && [[ $(ffmpeg -hide_banner -decoders) == *' h264 '* && $(ffmpeg -hide_banner -encoders) == *' mjpeg '* ]]
}
has_libtorrent() { pkg-config --atleast-version=2.0 libtorrent-rasterbar; }
has_compiler() { printf '#include <filesystem>\nint main() {}\n' | c++ -std=c++17 -fsyntax-only -x c++ -; }
has_cmake() { [[ $(cmake --version) =~ version\ ([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > 3 || BASH_REMATCH[2] >= 20)); }
has_make() { make --version || ninja --version; }
has_pkg_config() { pkg-config --version; }
has_util_linux() { prlimit --version && flock --version && setsid --version && setpriv --version; }
has_transmission() { command -v transmission-daemon; }
has_aria2() { aria2c --version; }
has_qbittorrent() { command -v qbittorrent-nox; }
has_coturn() { turnserver --version; }
has_bubblewrap() { bwrap --version; }
has_exiftool() { exiftool -ver; }
has_procps() { ps -o pid= -p $$; }
has_chromium() { [[ -x ${EVENTTORRENT_CHROMIUM:-/usr/bin/chromium} ]]; }
has_firefox() { [[ -x ${EVENTTORRENT_FIREFOX:-/usr/bin/firefox-esr} ]]; }
has_gstreamer() { command -v gst-launch-1.0; }
has_gst_base() { gst-inspect-1.0 --exists playbin; }
has_gst_good() { gst-inspect-1.0 --exists qtdemux; }
has_gst_bad() { gst-inspect-1.0 --exists hlsdemux && gst-inspect-1.0 --exists tsdemux; }
has_gst_libav() { gst-inspect-1.0 --exists avdec_h264; }
has_iproute() { ss --version && ip -V; }
# Tests and clusters start servers of their own from these directories; a service of the machine is neither asked nor touched.
has_rabbitmq() { compgen -G '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server' && command -v epmd; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb'; }

has_dotnet() { [[ $(cd "$root" && dotnet --version) == 10.* ]]; }
# Builds the page.
has_node() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a === 20 && b >= 19 || a === 22 && b >= 12 || a > 22 ? 0 : 1)' && npm --version
}

proves() { "$1" >/dev/null 2>&1 </dev/null; }

as_root() { if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi; }
may_be_root() { ((EUID == 0)) || sudo -n true 2>/dev/null; }

# "debian 12"
system() {
  # shellcheck disable=SC1091
  (. /etc/os-release 2>/dev/null && printf '%s %s' "${ID:-}" "${VERSION_ID:-}")
}
known_system() {
  case $(system) in 'debian 12' | 'debian 13' | 'ubuntu 24.04') return 0 ;; *) return 1 ;; esac
}

# A package that brings a service must not start it: only a policy (Debian policy 9.3.3) keeps systemd from it. RUNLEVEL=1
# does the same for init scripts. A policy that the machine has already is left alone.
policy=/usr/sbin/policy-rc.d
forbid_services() {
  [[ -e $policy ]] && return 0
  trap allow_services EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}
allow_services() { as_root rm -f "$policy"; }

install_packages() { # PACKAGE...
  local -a apt=(env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  say "Installing: $*"
  logged apt-update 'Reading the package lists' as_root "${apt[@]}" update || say 'Going on with the package lists that are here'
  (
    forbid_services
    logged apt-install "Installing $# packages" as_root "${apt[@]}" install -y --no-install-recommends "$@"
  )
}

find_missing() { # PURPOSE; fills by_hand (texts), packages, missing (texts), recommended (packages), better (texts)
  local proof package text
  by_hand=() packages=() missing=() recommended=() better=()
  if ! proves has_dotnet; then
    by_hand+=('.NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0')
    missing+=('.NET 10 SDK')
  fi
  if ! proves has_node; then
    by_hand+=('Node.js 20.19 or 22.12 and newer, with npm: https://nodejs.org/en/download')
    missing+=('Node.js 20.19 or 22.12 and newer, with npm')
  fi
  while IFS='|' read -r proof package text; do
    if ! proves "$proof"; then
      packages+=("$package")
      missing+=("$text (package $package)")
    fi
  done < <(needs "$1")
  while IFS='|' read -r proof package text; do
    if ! proves "$proof"; then
      recommended+=("$package")
      better+=("$text (package $package)")
    fi
  done < <(wants "$1")
}

prepare() { # PURPOSE
  local line
  find_missing "$1"
  ((${#missing[@]} > 0)) || return 0
  say 'Missing:'
  printf '  %s\n' "${missing[@]}" >&2
  if ((${#by_hand[@]} > 0)); then
    say 'To install by hand, before the script is run again:'
    printf '  %s\n' "${by_hand[@]}" >&2
  fi
  if ((${#packages[@]} > 0)); then
    line="sudo RUNLEVEL=1 apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends ${packages[*]}"
    if ! known_system; then
      say "This is not Debian 12, Debian 13 or Ubuntu 24.04, so nothing is installed. There it would be: $line"
      exit 3
    fi
    if ! may_be_root; then
      say 'Not root, and sudo would ask for a password. Run this line, then the script again:'
      say "  $line"
      exit 3
    fi
    install_packages "${packages[@]}" "${recommended[@]}" || install_packages "${packages[@]}" || die 1 'the packages could not be installed; artifacts/logs/apt-install.log says why'
  fi
  ((${#by_hand[@]} == 0)) || exit 3
  find_missing "$1"
  ((${#missing[@]} == 0)) || die 1 "still missing after the installation: ${missing[*]}"
}

check() { # PURPOSE
  local line
  find_missing "$1"
  ((${#better[@]} == 0)) || { printf 'Recommended:\n'; printf '  %s\n' "${better[@]}"; }
  if ((${#missing[@]} == 0)); then
    printf 'Everything that "%s" needs is here: .NET %s, ffmpeg %s, libtorrent-rasterbar %s\n' "$1" \
      "$(cd "$root" && dotnet --version)" "$(ffmpeg -version | awk 'NR == 1 { print $3 }')" "$(pkg-config --modversion libtorrent-rasterbar)"
    return 0
  fi
  printf 'Missing for "%s":\n' "$1"
  printf '  %s\n' "${missing[@]}"
  return 1
}

checking=0
if [[ ${1:-} == --check ]]; then
  checking=1
  shift
fi
case ${1:-} in
  run | demo | cluster | demo-cluster | test | bench) (($# == 1)) || { usage >&2; exit 2; } ;;
  --help | -h) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
if ((checking)); then check "$1"; else prepare "$1"; fi
