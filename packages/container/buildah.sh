# Shared by the scripts of this folder. Source it after packages/lib.sh.

require buildah=buildah
# Works inside of a container too.
export BUILDAH_ISOLATION=chroot

# Keeps images apart from those of the user.
buildah() {
  command buildah --root "$work/images" --runroot "$work/run" --storage-driver vfs "$@"
}
