// ROOT 2: the program `slipway`. Gives the command line its world and ends with its exit code.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { once } from "../base/once.ts";
import { rules } from "../core/rules/index.gen.ts";
import { readSchemas } from "../io/check/schemaFile.ts";
import { commandLine } from "./commandLine.ts";

interface Home {
  readonly folder: string;
  readonly version: string;
}

/** The folder of the nearest package.json of ours above this program, as a bundle or as source. */
function findHome(program: string): Home | undefined {
  for (let folder = dirname(realpathSync(program)); dirname(folder) !== folder; folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (typeof manifest !== "object" || manifest === null || !("name" in manifest)) continue;
      if (manifest.name === "slipway" && "version" in manifest)
        return { folder, version: String(manifest.version) };
    } catch {
      // No package.json here, or not one that can be read: the next folder may have it.
    }
  }
  return undefined;
}

/** Beside this program where that is a bundle, else in its source. */
function findWorker(program: string): string {
  const folder = dirname(realpathSync(program));
  const built = join(folder, "batchWorker.js");
  return existsSync(built) ? built : join(folder, "..", "io", "check", "batchWorker.ts");
}

async function readInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => interrupted.abort());
// A reader that has seen enough (`| head`) is no reason to complain.
process.stdout.on("error", () => process.exit(process.exitCode ?? 0));

const program = process.argv[1] ?? "";
const home = findHome(program);
const schemasPath = home && join(home.folder, "data", "kubernetes.schemas");
const noColour = (process.env["NO_COLOR"] ?? "") !== "";
commandLine(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  readInput,
  colour: process.stdout.isTTY === true && !noColour && process.env["TERM"] !== "dumb",
  terminal: process.stderr.isTTY === true && process.env["TERM"] !== "dumb",
  workers: { script: findWorker(program), cores: availableParallelism(), schemasPath },
  workingDirectory: process.cwd(),
  environment: process.env,
  version: home?.version ?? "unknown",
  rules,
  ...(schemasPath ? { schemas: once(() => readSchemas(schemasPath)) } : {}),
  signal: interrupted.signal,
}).then(
  (code) => {
    process.exitCode = code;
  },
  () => {
    process.exitCode = 70;
  },
);
