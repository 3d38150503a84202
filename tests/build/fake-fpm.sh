#!/bin/bash
# Makes a deb with dpkg-deb from the arguments that electron-builder gives to fpm, so that no download is needed.
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/DEBIAN"
declare -A field=()
depends=()
scripts=()
while (($#)); do
  case "$1" in
    --force) shift ;;
    -d | --depends) depends+=("$2"); shift 2 ;;
    --after-install) install -m 755 "$2" "$root/DEBIAN/postinst"; shift 2 ;;
    --after-remove) install -m 755 "$2" "$root/DEBIAN/postrm"; shift 2 ;;
    -s | -t) shift 2 ;;
    --*) field[${1#--}]=$2; shift 2 ;;
    *=*)
      from=${1%%=*}
      to=$root${1#*=}
      if [[ -d $from ]]; then
        mkdir -p "$to"
        cp -a "${from%/}/." "$to/"
      else
        mkdir -p "$(dirname "$to")"
        cp -a "$from" "$to"
      fi
      shift ;;
    *) shift ;;
  esac
done
{
  echo "Package: ${field[name]}"
  echo "Version: ${field[version]}"
  echo "Architecture: ${field[architecture]}"
  echo "Maintainer: ${field[maintainer]}"
  echo "Depends: $(IFS=,; echo "${depends[*]}")"
  echo "Description: $(head -n 1 <<<"${field[description]}")"
} >"$root/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip -z1 -b "$root" "${field[package]}" >/dev/null
