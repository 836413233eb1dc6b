// A folder of its own for each test of the command line, and the command line that stands in it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "mocha";
import type { World } from "../../src/cli/world.ts";
import type { JsonReport } from "../../src/cli/formats/json.ts";
import { type Ran, slipway } from "./world.ts";

export class Folder {
  path = "";

  put(name: string, text: string | Uint8Array): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  git(...args: string[]): void {
    const who = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"];
    execFileSync("git", [...who, ...args], { cwd: this.path, stdio: "pipe" });
  }

  run(args: string[], world: Partial<World> & { input?: string } = {}): Promise<Ran> {
    return slipway(args, { workingDirectory: this.path, ...world });
  }

  check(...args: string[]): Promise<Ran> {
    return this.run(["check", ...args]);
  }

  /** The findings as `file RULE severity`. */
  async findings(...args: string[]): Promise<string[]> {
    const { out } = await this.check("--format", "json", ...args);
    const { findings } = JSON.parse(out) as JsonReport;
    return findings.map(({ file, rule, severity }) => `${file} ${rule} ${severity}`);
  }

  /** The files in which something is found, in the order of their names. */
  async files(...args: string[]): Promise<string[]> {
    const found = await this.findings(...args);
    return Array.from(new Set(found.map((finding) => finding.split(" ")[0] ?? ""))).toSorted();
  }
}

/** To be called in a `describe`: the folder is made before each test and gone after it. */
export function ownFolder(): Folder {
  const folder = new Folder();
  beforeEach(() => {
    folder.path = realpathSync(mkdtempSync(join(tmpdir(), "slipway-cli-")));
  });
  afterEach(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}

/** A pod with one finding: GPU003, error, on its last line. */
export const half = `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: a
      image: x
      resources:
        limits:
          nvidia.com/gpu: 0.5
`;

export const sound = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a, image: x}\n";
