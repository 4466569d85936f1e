// Finds the program that has the language server.

import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** Where the program was found. */
export type Origin = "setting" | "extension" | "PATH";

export interface Program {
  path: string;
  origin: Origin;
}

/** The places where the program may be. */
export interface Places {
  /** The setting `cfn-ipfix.path`; empty if it is not set. */
  setting: string;
  /** The folder of the first workspace folder, to which a relative setting refers. */
  workspaceFolder?: string;
  /** The folder of the extension. */
  extensionFolder: string;
  /** The variable `PATH`. */
  path: string;
  platform: NodeJS.Platform;
}

/**
 * Finds the program: by the setting, in the extension, or on the `PATH`, in this order.
 *
 * Returns `undefined` if none of them has it. A setting that names no file is not replaced by another place.
 */
export function findProgram(places: Places): Program | undefined {
  const name = places.platform === "win32" ? "cfn-ipfix.exe" : "cfn-ipfix";
  if (places.setting !== "") {
    return found(fromSetting(places), "setting");
  }
  const folders = places.path.split(delimiter).filter((folder) => folder !== "");
  return (
    found(join(places.extensionFolder, "bundled", name), "extension") ??
    folders.map((folder) => found(join(folder, name), "PATH")).find((program) => program !== undefined)
  );
}

/** Returns the path of the setting, in which `~` and `${workspaceFolder}` may stand. */
function fromSetting({ setting, workspaceFolder = "" }: Places): string {
  const path = setting.replace("${workspaceFolder}", workspaceFolder).replace(/^~(?=[/\\])/, homedir());
  return isAbsolute(path) ? path : join(workspaceFolder, path);
}

function found(path: string, origin: Origin): Program | undefined {
  return existsSync(path) && statSync(path).isFile() ? { path, origin } : undefined;
}
