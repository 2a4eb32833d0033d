# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Thingle authors
# For ops/quickstart and ops/verify: what they need from the system, and how it gets there. Sourced by bash.

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]
}

has_slixmpp() {
  /usr/bin/python3 -c 'from slixmpp import ClientXMPP' 2>/dev/null
}

has_aiortc() {
  /usr/bin/python3 -c 'import aiortc' 2>/dev/null
}

has_dino() {
  has dino-im && has Xvfb && has dbus-daemon && has xdotool && has pulseaudio && /usr/bin/python3 -c 'import ctypes, gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi
ctypes.CDLL("libresolv_wrapper.so")' 2>/dev/null
}

# With what shows its buttons for calls.
has_gajim() {
  has gajim && has Xvfb && has dbus-daemon && /usr/bin/python3 -c 'import gi
gi.require_version("Gst", "1.0")
gi.require_version("Farstream", "0.2")
from gi.repository import Farstream, Gst
Gst.init(None)
assert all(map(Gst.ElementFactory.find, ["fsrtpconference", "gtksink", "glsinkbin", "nicesrc"]))' 2>/dev/null
}

# Prints the home of the newest JDK (with compiler) of version 25 or more; prints nothing if there is none.
jdk_home() {
  local home version
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /usr/java/* /opt/*jdk* ~/.jdks/* ~/.sdkman/candidates/java/*; do
    [ -x "$home/bin/javac" ] || continue
    version=$("$home/bin/javac" -version 2>/dev/null | sed -n 's/^javac \([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 25 ] && echo "$version $home"
  done | sort -n | tail -n 1 | cut -d ' ' -f 2-
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# apt_provide PACKAGE...: without questions, and without starting the services that come with the packages. "jdk" stands
# for whatever package holds a JDK 25.
apt_provide() (
  as_root apt-get update -q </dev/null
  packages=()
  for package in "$@"; do
    [ "$package" != jdk ] || package=$(apt_jdk)
    packages+=("$package")
  done
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" </dev/null
)

apt_jdk() {
  local name
  for name in openjdk-25-jdk-headless temurin-25-jdk; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
  die "no JDK 25 here, and apt-get has none: install Temurin 25 (adoptium.net) or set JAVA_HOME to a JDK 25"
}
