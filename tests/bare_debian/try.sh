#!/usr/bin/env bash
# Try the commands of the README on a bare Debian 12: once as root, once as an ordinary user.
#
#     tests/bare_debian/try.sh FOLDER
#
# Run by hand, as root, on a machine with debootstrap. FOLDER gets the bare system (about 4 GB in
# the end) and is kept, so that what went wrong can be looked at. The mirror, the certificates, the
# resolver and the package clients' settings are this machine's own: none is named here. Only what
# is committed takes part.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

release=bookworm
root=$(realpath -m "${1:?say in which FOLDER}")
port=8765

[ "$(id -u)" = 0 ] || { echo "chroot needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "apt-get install debootstrap first" >&2; exit 1; }
if [ -z "${APART-}" ]; then
    # In a view of the mounts and processes of its own: at the end both are gone by themselves.
    APART=yes exec unshare --mount --pid --fork --propagation private "$0" "$@"
fi

mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(CREATED_BY)' |
    awk -v release="$release" '$2 == release && $3 == "Packages" {print $1; exit}')
certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
# Not where ca-certificates keeps its own: installing it would write over them.
own_certificates=/etc/ssl/this-machine.crt

if [ ! -e "$root/etc/debian_version" ]; then
    echo "Making a bare $release in $root"
    debootstrap --variant=minbase "$release" "$root" "$mirror"
fi
mkdir -p "$root/etc/ssl"
cp "$certificates" "$root$own_certificates"
cp --dereference /etc/resolv.conf /etc/hosts "$root/etc/"
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
{
    apt-config dump | grep -E '^Acquire::(https?|Retries)' | grep -v CaInfo || true
    echo "Acquire::https::CaInfo \"$own_certificates\";"
} >"$root/etc/apt/apt.conf.d/99this-machine"
# There is no init in it: no package may start a server.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"

inside() { # USER FOLDER COMMAND… : with nothing of this machine's environment but its network's
    local user=$1 folder=$2
    shift 2
    chroot "$root" env -i PATH=/usr/local/bin:/usr/bin:/bin LANG='' \
        HOME="$(dirname "$folder")" USER="$user" \
        SSL_CERT_FILE="$own_certificates" PIP_CERT="$own_certificates" \
        REQUESTS_CA_BUNDLE="$own_certificates" NODE_EXTRA_CA_CERTS="$own_certificates" \
        npm_config_cafile="$own_certificates" \
        http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" no_proxy=127.0.0.1 \
        setpriv --reuid "$user" --regid "$user" --init-groups \
        env -C "$folder" "$@"
}

try() { # WHAT USER FOLDER COMMAND…
    local what=$1 begun=$SECONDS
    shift
    echo "=== $what: ${*:3}"
    if inside "$@" </dev/null; then echo "=== held after $((SECONDS - begun)) s: $what"; else
        echo "=== FAILED after $((SECONDS - begun)) s: $what" >&2
        exit 1
    fi
}

answers() { # the pages as a stranger's browser asks for them, from outside the root
    python3 - "http://127.0.0.1:$port" <<'PYTHON'
import sys, urllib.request
for page in ("/healthz", "/fa/", "/en/"):
    with urllib.request.urlopen(sys.argv[1] + page, timeout=30) as reply:
        print(f"=== {reply.status} {page}: {len(reply.read())} bytes")
PYTHON
}

chroot "$root" id tester >/dev/null 2>&1 || chroot "$root" useradd --create-home tester
for home in /root /home/tester; do
    if [ -e "$root$home/atlas" ]; then
        git -c safe.directory='*' -C "$root$home/atlas" pull -q "$PWD"
    else
        git clone -q --no-local . "$root$home/atlas"
    fi
done
chroot "$root" chown -R tester:tester /home/tester/atlas

home_of() { chroot "$root" getent passwd "$1" | cut -d: -f6; }
for user in tester root; do
    # An ordinary user installs nothing: the machine has it by then, as an administrator would do.
    [ "$user" = root ] || try "the machine's packages, by root" root /root/atlas ./run manage check
    at=$(home_of "$user")/atlas
    try "first start, as $user" "$user" "$at" ./run atlas --port "$port"
    answers
    try "second start, as $user" "$user" "$at" ./run atlas --port "$port"
    answers
    try "stop, as $user" "$user" "$at" ./run stop
done
for user in root tester; do # root first: these need a browser and Git
    try "unit tests, as $user" "$user" "$(home_of "$user")/atlas" ./run tests tests/unit
    try "stop, as $user" "$user" "$(home_of "$user")/atlas" ./run stop
done
echo "=== all held"
