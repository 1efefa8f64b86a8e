#!/bin/sh
# bare.sh FOLDER: a root file system with node and the libraries it is linked with; no shell, no package manager.
set -eu
root=$1
node=$(command -v node)
mkdir -p "$root/usr/local/bin" "$root/etc" "$root/tmp" "$root/usr/share/licenses"
cp "$(readlink -f "$node")" "$root/usr/local/bin/node"
# A seventh of it are names for debuggers. Not every base has the tool; the image is good without.
if command -v strip >/dev/null; then strip "$root/usr/local/bin/node"; fi
ldd "$node" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
for text in /usr/local/LICENSE /usr/share/doc/libc6/copyright /usr/share/doc/libgcc-s1/copyright /usr/share/doc/libstdc++6/copyright; do
  if [ -f "$text" ]; then cp -L "$text" "$root/usr/share/licenses/$(echo "${text#/}" | tr / -)"; fi
done
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'root:x:0:0:root:/:/none' >"$root/etc/passwd"
echo 'vitrylo:x:10001:10001:vitrylo:/app:/none' >>"$root/etc/passwd"
printf 'root:x:0:\nvitrylo:x:10001:\n' >"$root/etc/group"
chmod 1777 "$root/tmp"
