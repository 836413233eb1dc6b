// `slipway sandbox`: a cluster to look at, in this process, until Ctrl-C.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { onAbort } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Subcommand } from "../world.ts";

export const sandbox: Subcommand = {
  name: "sandbox",
  summary: "Start a sandbox cluster with GPU nodes, for a first look",
  help: `Usage: slipway sandbox [options]

Starts a Kubernetes API in this process, on 127.0.0.1, with GPU nodes and workloads in it. Nothing is
installed and nothing in it is real: it is for a first look at Slipway or kubectl without a cluster.
Runs until Ctrl-C; what was done in it is gone then.

Options:
  --port NUMBER       Listen on this port (default: any free one)
  --kubeconfig FILE   Write its kubeconfig to this new file (default: one in a temporary folder)
  -h, --help          Show this help
`,
  async run(args, world) {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: "string", default: "0" }, kubeconfig: { type: "string" } },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new Trouble("bad-input", `--port takes a number up to 65535, not "${values.port}".`);
    }
    const { startSandbox } = await import("../../sandbox/sandbox.ts");
    const started = await startSandbox({ port });
    let folder: string | undefined;
    try {
      let file =
        values.kubeconfig === undefined ? undefined : resolve(world.workingDirectory, values.kubeconfig);
      if (file === undefined) {
        folder = await mkdtemp(join(tmpdir(), "slipway-sandbox-"));
        file = join(folder, "kubeconfig");
      }
      await writeNew(file, started.kubeconfig);
      world.out(
        `A sandbox cluster answers at ${started.url}; nothing in it is real.\n\n  export KUBECONFIG=${quoted(file)}\n  kubectl get pods\n\nCtrl-C ends it.\n`,
      );
      await new Promise<void>((done) => onAbort(world.signal, done));
      return 0;
    } finally {
      await started.stop();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Never over a file that is there: it may be somebody's real kubeconfig. */
async function writeNew(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { flag: "wx", mode: 0o600 });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === "EEXIST";
    const text = exists
      ? `${file} exists already: give --kubeconfig the name of a new file.`
      : `${file} can't be written: ${error instanceof Error ? error.message : String(error)}`;
    throw new Trouble(exists ? "conflict" : "bad-input", text, { cause: error });
  }
}

/** As a word for a shell to copy. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
