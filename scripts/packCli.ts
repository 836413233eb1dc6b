// Packs the command line alone, from what was built: one small file that npx runs where npm can't be asked.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Metafile {
  outputs: Record<string, { imports: { path: string }[] }>;
}

/** Writes `slipway-cli-VERSION.tgz` into the folder and gives its path; `dist` must have been built. */
export function packCli(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
  const { name, version, description, license, bin } = manifest;
  const staged = mkdtempSync(join(tmpdir(), "slipway-pack-"));
  try {
    mkdirSync(join(staged, "dist"));
    for (const file of filesOf(["cli.js", "batchWorker.js"]))
      cpSync(join(root, "dist", file), join(staged, "dist", file));
    for (const file of ["LICENSE", "CHANGELOG.md", "data/kubernetes.schemas"])
      cpSync(join(root, file), join(staged, file));
    const engines = { node: ">=20" };
    writeFileSync(
      join(staged, "package.json"),
      JSON.stringify({ name, version, description, license, bin, engines }, undefined, 2),
    );
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const packed = spawnSync(npm, ["pack", "--silent"], { cwd: staged, encoding: "utf8" });
    if (packed.status !== 0) throw new Error(`npm pack failed: ${packed.stderr}`);
    const out = join(folder, `slipway-cli-${String(version)}.tgz`);
    cpSync(join(staged, packed.stdout.trim().split("\n").at(-1) ?? ""), `${out}.part`);
    renameSync(`${out}.part`, out);
    return out;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

/** These bundles and the chunks that they import, as the build wrote them down. */
function filesOf(entries: readonly string[]): string[] {
  const { outputs } = JSON.parse(readFileSync(join(root, "dist", "meta.json"), "utf8")) as Metafile;
  const found = new Set(entries.map((entry) => `dist/${entry}`));
  for (const path of found)
    for (const { path: imported } of outputs[path]?.imports ?? []) if (outputs[imported]) found.add(imported);
  return Array.from(found, (path) => basename(path));
}
