// ROOT 2: the program `slipway`. Gives the command line its world and ends with its exit code.
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { rules } from "../core/rules/index.gen.ts";
import { commandLine } from "./commandLine.ts";

/** The version in the nearest package.json of ours above this program, as a bundle or as source. */
function findVersion(program: string): string {
  for (let folder = dirname(realpathSync(program)); dirname(folder) !== folder; folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (typeof manifest !== "object" || manifest === null || !("name" in manifest)) continue;
      if (manifest.name === "slipway" && "version" in manifest) return String(manifest.version);
    } catch {
      // No package.json here, or not one that can be read: the next folder may have it.
    }
  }
  return "unknown";
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

const noColour = (process.env["NO_COLOR"] ?? "") !== "";
commandLine(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  readInput,
  colour: process.stdout.isTTY === true && !noColour && process.env["TERM"] !== "dumb",
  workingDirectory: process.cwd(),
  version: findVersion(process.argv[1] ?? ""),
  rules,
  signal: interrupted.signal,
}).then(
  (code) => {
    process.exitCode = code;
  },
  () => {
    process.exitCode = 70;
  },
);
