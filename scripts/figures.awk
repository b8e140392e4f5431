# Puts the figures of a run of ./bench.sh all (lines "= what | measured | goal" of its page) into the table of docs/benchmarks.md:
#   awk -f scripts/figures.awk benchmarks/results/all.md docs/benchmarks.md
# prints that document anew. A bench that failed, or was not among them, keeps the rows of an earlier run.

FNR == NR && run == "" && match($0, /on [0-9]+-[0-9]+-[0-9]+/) {
  run = substr($0, RSTART + 3, RLENGTH - 3)
  if (match($0, /commit [^:]+/)) run = run ", " substr($0, RSTART + 7, RLENGTH - 7)
}
FNR == NR && /^## `\.\/bench\.sh [a-z-]+`: / {
  name = $3
  sub(/`:$/, "", name)
  benches[++count] = name
  isMeasured = $4 == "measured"
}
FNR == NR && isMeasured && /^= / { measured[name] = measured[name] "| `" name "` | " substr($0, 3) " | " run " |\n" }
FNR == NR { next }

/^<!-- figures: end -->$/ {
  for (i = 1; i <= count; i++) put(benches[i])
  for (i = 1; i <= known; i++) put(earlier[i])
  inside = 0
}
inside && /^\| `/ {
  name = $2
  gsub(/`/, "", name)
  if (!(name in kept)) earlier[++known] = name
  kept[name] = kept[name] $0 "\n"
  next
}
/^<!-- figures: / && !/end -->$/ { inside = 1 }
{ print }

function put(bench) {
  if (!(bench in isPut)) printf "%s", bench in measured ? measured[bench] : kept[bench]
  isPut[bench] = 1
}
