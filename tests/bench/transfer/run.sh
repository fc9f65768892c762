#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Downloads measured against curl in the same run: wall time, CPU and peak memory of one large file and of many small
# ones from a loopback hub. Ratios travel between machines, times do not. Results: README.md beside this file.
#
#   tests/bench/transfer/run.sh BUILD_FOLDER [ROUNDS]
#   LARGE_MIB=1024 SMALL_FILES=1000 SCRATCH=/dev/shm tests/bench/transfer/run.sh build/bench
#   PYTHON=/path/to/venv/bin/python tests/bench/transfer/run.sh build/bench     # its huggingface_hub as well
#
# The build folder needs -DCMAKE_BUILD_TYPE=Release -DHUGGINGFACE_HUB_BUILD_BENCHMARKS=ON.
set -euo pipefail

build=$(realpath "${1:?build folder}")
rounds=${2:-5}
large_mib=${LARGE_MIB:-1024}
small_files=${SMALL_FILES:-1000}
scratch=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/hf-bench.XXXXXX")
programs=$build/tests/bench/transfer
results=$scratch/results

cleanup() {
  exec 3>&- || true
  [ -n "${hub_pid:-}" ] && wait "$hub_pid" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

mkfifo "$scratch/stdin"
"$programs/bench_transfer_hub" "$scratch/store" $((large_mib << 20)) "$small_files" <"$scratch/stdin" >"$scratch/url" &
hub_pid=$!
exec 3>"$scratch/stdin"
until [ -s "$scratch/url" ]; do kill -0 "$hub_pid"; read -r -t 0.1 <> <(:) || true; done
url=$(cat "$scratch/url")

download=("$programs/bench_transfer_fetch")
command_line="$build/src/cli/hfcpp"

# measure NAME COMMAND…: appends "name wall cpu rss" (seconds, seconds, KiB). A process starts with the peak of the
# one that made it, so no figure of the memory is below that of a bare Python.
measure() {
  local name=$1
  shift
  /usr/bin/env -i PATH="$PATH" HF_ENDPOINT="$url" HF_HOME="$scratch/home" HF_HUB_DISABLE_XET=1 \
    HF_HUB_DISABLE_PROGRESS_BARS=1 python3 -I -S - "$results" "$name" "$@" <<'PY'
import os, sys, time
results, name, *command = sys.argv[1:]
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
child = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
if status != 0:
    sys.exit(f"{name}: exit status {os.waitstatus_to_exitcode(status)}")
with open(results, "a") as file:
    file.write(f"{name} {wall:.4f} {usage.ru_utime + usage.ru_stime:.4f} {usage.ru_maxrss}\n")
PY
}

# An empty cache. The small files of the round before only go out of the way: ext4 does not use the inodes of files
# deleted a moment ago, and looks at each of them whenever one is created.
fresh() {
  local spent
  rm -f "$scratch/out/large" "$scratch/home"/hub/models--bench--large/blobs/*
  spent=$(mktemp -d "$scratch/spent.XXXXXX")
  for folder in home out; do if [ -e "$scratch/$folder" ]; then mv "$scratch/$folder" "$spent"; fi; done
  mkdir "$scratch/out"
}

for ((i = 0; i < small_files; ++i)); do
  printf 'url = "%s/bench/small/resolve/main/data/%d.txt"\noutput = "%s/out/%d"\n' "$url" "$i" "$scratch" "$i"
done >"$scratch/urls"

python=()
if [ -z "${PYTHON:-}" ]; then
  echo "The Python client is left out: PYTHON names no interpreter." >&2
elif ! "$PYTHON" -c 'import huggingface_hub' 2>"$scratch/python"; then
  echo "The Python client is left out: $PYTHON has no huggingface_hub." >&2
else
  python=("$PYTHON" -c 'import sys, huggingface_hub
repo, *file = sys.argv[1:]
huggingface_hub.hf_hub_download(repo, *file) if file else huggingface_hub.snapshot_download(repo)')
fi

for ((round = 0; round < rounds; ++round)); do
  fresh; measure large:curl curl -sSfL -o "$scratch/out/large" "$url/bench/large/resolve/main/model.bin"
  fresh; measure large:library "${download[@]}" file bench/large model.bin
  measure cached:library "${download[@]}" file bench/large model.bin
  fresh; measure small:curl curl --no-progress-meter -fL --parallel -K "$scratch/urls"
  fresh; measure small:library "${download[@]}" snapshot bench/small
  measure again:library "${download[@]}" snapshot bench/small
  if [ -x "$command_line" ]; then
    fresh; measure large:hfcpp "$command_line" download bench/large model.bin --quiet
    commit=$(ls "$scratch/home/hub/models--bench--large/snapshots")
    measure cached:hfcpp "$command_line" download bench/large model.bin --quiet
    measure pinned:hfcpp "$command_line" download bench/large model.bin --revision "$commit" --quiet
    fresh; measure small:hfcpp "$command_line" download bench/small --quiet
    measure again:hfcpp "$command_line" download bench/small --quiet
    measure version:hfcpp "$command_line" version
  fi
  if [ ${#python[@]} -gt 0 ]; then
    fresh; measure large:python "${python[@]}" bench/large model.bin
    measure cached:python "${python[@]}" bench/large model.bin
    fresh; measure small:python "${python[@]}" bench/small
    measure again:python "${python[@]}" bench/small
  fi
done

python3 - "$results" "$large_mib" "$small_files" <<'PY'
import collections, statistics, sys
path, mib, files = sys.argv[1:]
rows = collections.defaultdict(list)
for line in open(path):
    name, *numbers = line.split()
    rows[name].append([float(number) for number in numbers])
titles = {"large": f"one file of {mib} MiB", "cached": "that file again", "pinned": "that file, commit given",
          "small": f"{files} files of 2 KiB", "again": "that snapshot again", "version": "version"}
print(f"{'what':24} {'who':8} {'wall min':>9} {'median':>8} {'x curl':>7} {'cpu min':>8} {'x curl':>7} {'peak MiB':>9}")
for name, values in sorted(rows.items(), key=lambda row: list(titles).index(row[0].split(":")[0])):
    what, who = name.split(":")
    wall, cpu, peak = zip(*values)
    reference = rows.get(what + ":curl")
    ratio = lambda mine, column: f"{min(mine) / min(row[column] for row in reference):.2f}" if reference else "-"
    print(f"{titles[what]:24} {who:8} {min(wall):9.3f} {statistics.median(wall):8.3f} {ratio(wall, 0):>7} "
          f"{min(cpu):8.3f} {ratio(cpu, 1):>7} {max(peak) / 1024:9.1f}")
PY
