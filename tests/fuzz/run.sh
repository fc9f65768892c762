#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzzers with clang, address and undefined-behaviour sanitizer, makes their seeds, and runs them for SECONDS
# in all (120), two at a time. What one of them finds is kept in build/fuzz/found, and the script fails.
# Usage: tests/fuzz/run.sh [SECONDS] [NAME…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-120}
shift || true
jobs=$(nproc)

clang=$(command -v clang++ clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++-14 | head -n 1 || true)
if [ -z "$clang" ]; then
  echo "skipped: no clang on this machine, which brings the fuzzer (Debian, Ubuntu: apt install clang)"
  exit 0
fi
if ! echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
  "$clang" -x c++ -fsanitize=fuzzer,address,undefined - -o /dev/null 2> /dev/null; then
  echo "skipped: $clang has no libFuzzer (Debian, Ubuntu: apt install libclang-rt-dev or libfuzzer-14-dev)"
  exit 0
fi

build=build/fuzz
launcher=()
if command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
generator=()
if [ ! -f "$build/CMakeCache.txt" ] && command -v ninja > /dev/null; then generator=(-G Ninja); fi
cmake -S . -B "$build" "${generator[@]}" "${launcher[@]}" -DCMAKE_CXX_COMPILER="$clang" \
  -DHUGGINGFACE_HUB_BUILD_TESTS=ON -DHUGGINGFACE_HUB_BUILD_EXAMPLES=OFF -DHUGGINGFACE_HUB_BUILD_CLI=OFF \
  -DHUGGINGFACE_HUB_BUILD_SERVER=OFF -DHUGGINGFACE_HUB_INSTALL=OFF > "$build.log"
cmake --build "$build" --target fuzzers --parallel "$jobs" >> "$build.log" || { tail -n 40 "$build.log"; exit 1; }
python3 tests/fuzz/make_corpus.py "$build/seeds"

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for program in "$build"/tests/fuzz/*/fuzz_*; do
    case $program in *.cmake | *_test*) continue ;; esac
    [ -x "$program" ] && [ -f "$program" ] && names+=("$(basename "$program" | sed 's/^fuzz_//')")
  done
fi
each=$((seconds / ${#names[@]}))
[ "$each" -ge 1 ] || each=1
mkdir -p "$build/found"

# Two side by side.
run_one() {
  local name=$1 each=$2 build=$3 verdict
  mkdir -p "$build/corpus/$name"
  if "$build/tests/fuzz/$name/fuzz_$name" -max_total_time="$each" -timeout=20 -rss_limit_mb=2048 -max_len=65536 \
    -artifact_prefix="$build/found/$name-" -print_final_stats=1 "$build/corpus/$name" "$build/seeds/$name" \
    > "$build/$name.log" 2>&1; then
    verdict=fine
  else
    verdict=FOUND
  fi
  printf '%-20s %s, %s runs, %s inputs kept, peak %s MB\n' "$name" "$verdict" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")" \
    "$(find "$build/corpus/$name" -type f | wc -l)" "$(sed -n 's/^stat::peak_rss_mb: *//p' "$build/$name.log")"
  [ "$verdict" = fine ] || { grep -E 'ERROR|SUMMARY|Test unit written' "$build/$name.log"; return 1; }
}
export -f run_one
printf '%s\n' "${names[@]}" | xargs -P 2 -I '{}' bash -c "run_one {} $each $build"
