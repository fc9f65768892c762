#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of the given Debian packages, as root or with sudo; does nothing where all are there.
# Usage: apt_install.sh [--optional] PACKAGE…
# With --optional, or where the system is no Debian, what cannot be installed is named and no failure.
set -euo pipefail

optional=false
if [ "${1:-}" = --optional ]; then
  optional=true
  shift
fi

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "No apt on this machine: expecting what these Debian packages hold: $*" >&2
  exit 0
fi

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]; }

missing=()
for package in "$@"; do
  is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

give_up() {
  echo "$1 Missing packages: ${missing[*]}" >&2
  if $optional; then exit 0; else exit 1; fi
}

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo > /dev/null || ! { sudo -n true 2> /dev/null || [ -t 0 ]; }; then
    give_up "Neither root nor sudo, nothing was installed."
  fi
  as_root=(sudo)
fi

# Single-user runlevel: a package with a daemon (nginx, tinyproxy) is installed and not started.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -o Dpkg::Use-Pty=0 \
    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" < /dev/null
}

echo "Installing: ${missing[*]}"
apt update > /dev/null || echo "apt-get update failed, going on with the lists that are there." >&2
if apt install -y --no-install-recommends "${missing[@]}" > /dev/null; then exit 0; fi
$optional || give_up "apt-get install failed."
for package in "${missing[@]}"; do
  apt install -y --no-install-recommends "$package" > /dev/null || echo "Not installed: $package" >&2
done
