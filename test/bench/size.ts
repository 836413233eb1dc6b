// Sizes: what is loaded at activation (the entry and the chunks it needs at once), and the vsix.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../sources.ts";
import type { Bench } from "./bench.ts";

interface Metafile {
  outputs: Record<string, { imports: { path: string; kind: string }[] }>;
}

export const bench: Bench = {
  name: "size",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "slipway-size-"));
    try {
      const vsix = join(folder, "slipway.vsix");
      const made = spawnSync(process.execPath, [join(root, "scripts", "package.ts"), vsix], {
        cwd: root,
        encoding: "utf8",
      });
      if (made.status !== 0) throw new Error(`the vsix could not be made: ${made.stderr}`);
      return {
        rows: [
          { name: "loaded at activation", value: entrySize() / 1024, unit: "KB", target: 150 },
          { name: "vsix", value: statSync(vsix).size / 1024 / 1024, unit: "MB", target: 3 },
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Bytes of the entry and of every chunk that it imports statically, as they lie in dist. */
function entrySize(): number {
  const { outputs } = JSON.parse(readFileSync(join(root, "dist", "meta.json"), "utf8")) as Metafile;
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const one of outputs[path]?.imports ?? []) {
      if (one.kind === "import-statement" && outputs[one.path]) visit(one.path);
    }
  };
  visit("dist/extension.js");
  return [...seen].reduce((total, path) => total + statSync(join(root, "dist", basename(path))).size, 0);
}
