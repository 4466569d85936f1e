# Shared by the scripts of this folder and of scripts/. Source it with the repository's root as the working directory.

root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Installs Debian packages.
install() {
  export DEBIAN_FRONTEND=noninteractive
  # Steps of .ci/run that run at the same time may all install something.
  { flock 9 && apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } 9< "$root" > "$work/log" 2>&1 \
    || { cat "$work/log"; exit 1; }
}

# Creates a temporary Python environment with these packages.
python_with() {
  environment venv "$@"
}

# Creates a temporary Python environment with a name and these packages, for packages that conflict with others.
environment() {
  local folder=$work/$1
  shift
  python3 -c 'import ensurepip' 2> /dev/null || install python3 python3-venv
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --no-compile --disable-pip-version-check "$@"
}

# Sets a git option for this script and its child processes.
export GIT_CONFIG_COUNT=0
git_option() {
  export "GIT_CONFIG_KEY_$GIT_CONFIG_COUNT=$1" "GIT_CONFIG_VALUE_$GIT_CONFIG_COUNT=$2"
  GIT_CONFIG_COUNT=$((GIT_CONFIG_COUNT + 1))
}

# Clones this repository to the path that the recipes of docs/ci.md expect, including uncommitted changes. The clone is
# its own origin.
serve_clone() {
  git_option user.name Somebody
  git_option user.email somebody@example.com
  git_option safe.directory '*'
  git_option protocol.file.allow always
  local revision
  revision=$(git stash create)
  git clone --quiet . "$work/cfn-ipfix"
  git -C "$work/cfn-ipfix" checkout --quiet -B main "${revision:-$(git rev-parse HEAD)}"
  git -C "$work/cfn-ipfix" remote set-url origin "file://$work/cfn-ipfix"
}

# Release builds without optimisations, which take long and do not matter to these tests.
export CARGO_TARGET_DIR=$root/target/ci
export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
