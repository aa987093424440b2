# shellcheck shell=bash disable=SC2034
# What the benchmark commands share. Sourced; sets: root, wasmer, corpus, scratch, have_node, liftoff, turbofan.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${WASMER_BUILD:-$root/build/release}
wasmer=$build/bin/wasmer
corpus=${WASMER_CORPUS:-$root/../shared/corpus}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# V8's tiers, each alone: without --liftoff-only hot functions would still be promoted, and lazy compilation would only validate.
liftoff=(node --single-threaded --no-wasm-lazy-compilation --liftoff-only)
turbofan=(node --single-threaded --no-wasm-lazy-compilation --no-wasm-tier-up --no-liftoff)
have_node=1
command -v node >/dev/null || { have_node=; echo 'There is no node here: the columns of V8 are left out.'; }

die() {
  echo "error: $*" >&2
  exit 1
}

# field NAME: that number of the JSON line on standard input.
field() { sed -nE "s/.*\"$1\": ?([0-9.eE+-]+).*/\1/p" | tail -n 1; }

# median: of the numbers on standard input, one a line.
median() { sort -g | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# geomean: of the numbers on standard input, one a line.
geomean() { awk '$1 > 0 { sum += log($1); ++n } END { if (n) printf "%.2f", exp(sum / n) }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else printf "-" }'; }

about_this_machine() {
  echo "machine: $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), load $(cut -d ' ' -f 1-3 /proc/loadavg)${have_node:+, node $(node --version), V8 $(node -p process.versions.v8)}"
}
