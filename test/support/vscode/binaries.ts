// VS Code for the tests: @vscode/test-electron's download where the internet is, else code-server from npm.
//
// code-server brings the same workbench and the same extension host. It is far too large for the project's own
// dependencies, so it is installed on demand into the cache, together with the Node that it runs on.
import { accessSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { delimiter, join } from "node:path";
import { cached, entryFolder, hasEntry } from "../cache.ts";
import { findProgram, runCommand } from "../command.ts";
import { type Found, reasonOf } from "../found.ts";

export const codeServerVersion = "4.139.1";
const nodeVersion = "24.21.0";

export type VscodeBinaries =
  /** The caller fetches VS Code with @vscode/test-electron. */
  { kind: "download" } | { kind: "code-server"; node: string; serverMain: string };

/** Where VS Code comes from here; installs code-server (2 to 4 minutes) when it is not in the cache yet. */
export async function findVscode(): Promise<Found<VscodeBinaries>> {
  if (process.env["SLIPWAY_VSCODE_TEST"] === "download") return { available: true, kind: "download" };
  const machine = `${platform()}-${arch()}`;
  if (machine !== "linux-x64" && machine !== "linux-arm64") {
    return {
      available: false,
      reason: `code-server is not installed for ${machine}; set SLIPWAY_VSCODE_TEST=download to fetch VS Code`,
    };
  }
  try {
    const folder = await cached("code-server", codeServerVersion, installCodeServer);
    return { available: true, ...pathsIn(folder) };
  } catch (error) {
    return { available: false, reason: `code-server could not be installed from npm: ${reasonOf(error)}` };
  }
}

/** Whether finding VS Code takes no installation. */
export function hasVscode(): boolean {
  return process.env["SLIPWAY_VSCODE_TEST"] === "download" || hasEntry("code-server", codeServerVersion);
}

/** The paths of an installation that is in the cache already; for scripts that only start it. */
export function pathsIn(folder = entryFolder("code-server", codeServerVersion)): {
  kind: "code-server";
  node: string;
  serverMain: string;
} {
  return {
    kind: "code-server",
    node: join(folder, "node", "node_modules", `node-linux-${arch()}`, "bin", "node"),
    serverMain: join(folder, "node_modules", "code-server", "lib", "vscode", "out", "server-main.js"),
  };
}

async function installCodeServer(folder: string): Promise<void> {
  if (!findProgram("npm")) throw new Error("npm is not in PATH");
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  // Node and its headers in a folder of their own, because code-server's native modules are compiled by it.
  const nodeFolder = join(folder, "node");
  await mkdir(nodeFolder);
  await writePackage(nodeFolder, { name: "node-for-code-server", private: true });
  await runCommand("npm", ["install", ...quiet, `node-linux-${arch()}@${nodeVersion}`], { cwd: nodeFolder });
  const nodeHome = join(nodeFolder, "node_modules", `node-linux-${arch()}`);

  await writePackage(folder, {
    name: "slipway-code-server",
    private: true,
    allowScripts: { [`code-server@${codeServerVersion}`]: true, argon2: true },
  });
  await runCommand("npm", ["install", ...quiet, `code-server@${codeServerVersion}`], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${join(nodeHome, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
      npm_config_nodedir: nodeHome,
      // An npm that runs inside an npm script would hand its own settings down; code-server's installation
      // believes this one about the version of Node.
      npm_config_global: "false",
      npm_config_user_agent: `npm/? node/v${nodeVersion} linux ${arch()}`,
    },
  });
  // An npm that skips install scripts ends well and leaves a server without its native modules.
  accessSync(pathsIn(folder).serverMain);
  accessSync(join(folder, "node_modules/code-server/lib/vscode/node_modules/node-pty"));
}

async function writePackage(folder: string, content: object): Promise<void> {
  await writeFile(join(folder, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
}
