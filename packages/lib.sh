# Shared by the scripts of packages/. Source it with the repository's root as the working directory.

cache=${CARGO_TARGET_DIR:-$PWD/target/packages/cargo}
. .ci/lib.sh
# Packages are optimised, unlike the builds that .ci/lib.sh is for.
export CARGO_TARGET_DIR=$cache
unset CARGO_PROFILE_RELEASE_OPT_LEVEL CARGO_PROFILE_RELEASE_LTO CARGO_PROFILE_RELEASE_CODEGEN_UNITS

output=$root/target/packages
version=$(sed -n 's/^version = "\(.*\)"$/\1/p;/^version = /q' Cargo.toml)

# Installs the Debian packages of these commands that are missing: `require qemu-aarch64-static=qemu-user-static`.
require() {
  local missing=() pair
  for pair in "$@"; do
    command -v "${pair%%=*}" > /dev/null || missing+=("${pair#*=}")
  done
  [ "${#missing[@]}" -eq 0 ] || install "${missing[@]}"
}
