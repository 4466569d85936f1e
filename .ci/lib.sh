# What the proofs of this folder share. To be sourced, with the repository's root as the working directory.

root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Installs Debian packages.
install() {
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } > "$work/log" 2>&1 \
    || { cat "$work/log"; exit 1; }
}

# Makes a Python environment that lasts as long as the script, with these packages in it.
python_with() {
  environment venv "$@"
}

# The same by a name of its own, for packages that do not go together.
environment() {
  local folder=$work/$1
  shift
  python3 -c 'import ensurepip' 2> /dev/null || install python3 python3-venv
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --no-compile --disable-pip-version-check "$@"
}

# Sets a git option for this script and all that it runs.
export GIT_CONFIG_COUNT=0
git_option() {
  export "GIT_CONFIG_KEY_$GIT_CONFIG_COUNT=$1" "GIT_CONFIG_VALUE_$GIT_CONFIG_COUNT=$2"
  GIT_CONFIG_COUNT=$((GIT_CONFIG_COUNT + 1))
}

# Gives the name that the documentation has for this repository to a clone of it, with changes that are not committed
# yet.
serve_clone() {
  git_option user.name Somebody
  git_option user.email somebody@example.com
  git_option safe.directory '*'
  local revision
  revision=$(git stash create)
  git clone --quiet . "$work/cfn-ipfix"
  git -C "$work/cfn-ipfix" checkout --quiet -B main "${revision:-$(git rev-parse HEAD)}"
  git_option "url.$work/cfn-ipfix.insteadOf" https://github.com/OWNER/cfn-ipfix
}

# Builds are as they are for everyone, but for the optimisations, which take long and prove nothing here.
export CARGO_TARGET_DIR=$root/target/ci
export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
