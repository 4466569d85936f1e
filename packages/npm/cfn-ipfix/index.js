"use strict";

const path = require.resolve("./wasm/cfn_ipfix.js");

/** Checks files, and returns the report, the diff and the fixed files. */
function check(files, options = {}) {
  return JSON.parse(call("check", JSON.stringify(files), JSON.stringify(options)));
}

/** Returns the explanation of a rule in Markdown. */
function explain(rule) {
  return call("explain", rule);
}

function call(name, ...parameters) {
  try {
    return require(path)[name](...parameters);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError) && !(error instanceof RangeError)) throw error;
    // The instance cannot be used after such an error, so the next call loads another.
    delete require.cache[path];
    throw new Error("the check failed because of a bug in cfn-ipfix; please report it", { cause: error });
  }
}

module.exports = { check, explain };
