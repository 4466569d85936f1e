"use strict";

const platforms = require("./platforms.json");

/** Returns the name of the package with the program for a platform. */
const packageName = ({ name }) => `@cfn-ipfix/cli-${name}`;

/** Returns the platforms with this operating system and processor. */
function matching() {
  return platforms.filter(({ os, cpu }) => os === process.platform && cpu === process.arch);
}

/** Returns the path of the installed program; undefined if no package with one is installed. */
function program() {
  // npm installs only the package whose libc is that of the system.
  for (const platform of matching()) {
    const file = platform.os === "win32" ? "cfn-ipfix.exe" : "cfn-ipfix";
    try {
      return require.resolve(`${packageName(platform)}/${file}`);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
}

/** Returns the words for the missing program, and the packages that have it. */
function missing() {
  const names = matching().map(packageName);
  const system = `${process.platform} on ${process.arch}`;
  if (names.length === 0) return `the program, which no package has for ${system}`;
  return `the program for ${system}, which is not installed; install ${names.join(" or ")}`;
}

module.exports = { missing, program };
