// Makes the vsix with vsce and the command line's own package, from what was built.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packCli } from "./packCli.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const out = process.argv[2] ?? join(root, `slipway-${version}.vsix`);

const run = (...argv: string[]) => {
  const [command = "", ...args] = argv;
  const ran = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (ran.status !== 0) process.exit(ran.status ?? 1);
};
run(process.execPath, join(root, "esbuild.js"));
run(
  process.execPath,
  join(root, "node_modules", "@vscode", "vsce", "vsce"),
  "package",
  "--no-dependencies",
  "--skip-license",
  "--allow-missing-repository",
  "--no-rewrite-relative-links",
  "--out",
  out,
);
console.log(`The command line alone: ${packCli(dirname(out))}`);
