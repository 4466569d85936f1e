"use strict";

const platforms = require("./platforms.json");

/** Returns the name of the package with the program for a platform. */
const packageName = ({ name }) => `@cfn-ipfix/cli-${name}`;

/** Returns the platforms with this operating system and processor. */
function matching() {
  return platforms.filter(({ os, cpu }) => os === process.platform && cpu === process.arch);
}

/** Returns the paths of the installed programs. The one that fits the libc of the system is the first. */
function programs() {
  const installed = matching()
    .map((platform) => ({ ...platform, path: installedPath(platform) }))
    .filter(({ path }) => path);
  // npm installs only the package that fits, but other package managers may install several.
  const system = installed.length > 1 ? libc() : undefined;
  const others = installed.filter((platform) => platform.libc !== system);
  return [...installed.filter((platform) => platform.libc === system), ...others].map(({ path }) => path);
}

function installedPath(platform) {
  const file = platform.os === "win32" ? "cfn-ipfix.exe" : "cfn-ipfix";
  try {
    return require.resolve(`${packageName(platform)}/${file}`);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
  }
}

/** Returns the libc that runs Node.js. */
function libc() {
  // Without this, the report looks up the host names of connections, which takes long.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
}

/** Returns the words for the program that is missing or that failed to start, and the packages that have it. */
function missing(failure) {
  const names = matching().map(packageName);
  const system = `${process.platform} on ${process.arch}`;
  if (names.length === 0) return `the program, which no package has for ${system}`;
  if (failure) return `the program for ${system}, which cannot be started (${failure.message})`;
  return `the program for ${system}, which is not installed; install ${names.join(" or ")}`;
}

module.exports = { missing, programs };
