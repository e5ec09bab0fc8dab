#!/bin/sh
# Builds a Debian package for this machine's architecture and its Python: deb.sh PYTHON VERSION FOLDER
# What mdwatch needs of PyPI comes along, in /usr/lib/mdwatch. DEB_MAINTAINER: whom to write to about the package.
set -eu
cd "$(dirname "$0")/.."
python=$1 version=$2 folder=$3

command -v dpkg-deb >/dev/null || { echo "make deb needs dpkg-deb: build the package on Debian or Ubuntu" >&2; exit 1; }
minor=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
root=$folder/deb
rm -rf "$root"
make install DESTDIR="$root" PREFIX=/usr PYTHON="$python" TARGET_PYTHON="/usr/bin/$minor" EXTRAS='postgres xlsx'

# dpkg keeps account of what was installed, and by its digest of what somebody changed.
rm "$root/usr/share/mdwatch/manifest"
gzip -9n "$root"/usr/share/man/man?/*
doc=$root/usr/share/doc/mdwatch
install -D -m 644 packages/debian/copyright "$doc/copyright"
install -m 644 CHANGELOG.md "$doc/CHANGELOG.md"
gzip -9n "$doc/CHANGELOG.md"
install -m 644 README.md "$doc/README.md"

install -d "$root/DEBIAN"
install -m 755 packages/debian/postinst packages/debian/prerm packages/debian/postrm "$root/DEBIAN"
(cd "$root" && find etc -type f -printf '/%p\n' | sort) > "$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
architecture=$(dpkg --print-architecture)
who=${DEB_MAINTAINER:-mdwatch <root@localhost>}
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@MAINTAINER@/$who/" -e "s/@PYTHON@/$minor/" \
    -e "s/@SIZE@/$(du -ks --exclude=DEBIAN "$root" | cut -f1)/" packages/debian/control > "$root/DEBIAN/control"
dpkg-deb --root-owner-group --build "$root" "$folder/mdwatch_${version}_$architecture.deb"
rm -rf "$root"
