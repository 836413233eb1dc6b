// Runs a script of the project with the development Node, after installing the packages if they are not
// there. It uses nothing but Node >= 20 itself, so that a bare clone needs one command.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const stamp = join(root, "node_modules", ".cache", "installed");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.log("Installing packages (npm ci) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const installed = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (installed.status !== 0) {
    console.error("npm ci failed; the packages could not be installed. See its messages above.");
    process.exit(installed.status ?? 1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

const developmentNode = join(
  root,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);
const node = existsSync(developmentNode) ? developmentNode : process.execPath;
const [first, ...rest] = process.argv.slice(2);
let command = node;
let args = [first, ...rest];
if (first === "--tool") {
  const [tool, ...toolArgs] = rest;
  command = join(root, "node_modules", ".bin", process.platform === "win32" ? `${tool}.cmd` : tool);
  args = toolArgs;
}
const result = spawnSync(command, args, {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32" && first === "--tool",
  env: {
    ...process.env,
    // The development Node goes first, so that every child process is that Node too.
    PATH: `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`,
  },
});
if (result.error) console.error(result.error.message);
process.exit(result.status ?? 1);
