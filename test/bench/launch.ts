// A dev container launched through Slipway beside the devcontainers command line alone, runs taken in turns.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Launches } from "../../src/app/jobs/launch/launches.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import { Devcontainers } from "../../src/io/devcontainer/devcontainers.ts";
import { Engine } from "../../src/io/docker/engine.ts";
import { JupyterClient } from "../../src/io/jupyter/client.ts";
import { Processes } from "../../src/io/process/processes.ts";
import { root } from "../sources.ts";
import { requireEngine } from "../support/availability.ts";
import { runCommand } from "../support/command.ts";
import { startDocker } from "../support/docker/engine.ts";
import { type Bench, median } from "./bench.ts";

const runs = 24;
const program = join(root, "node_modules/@devcontainers/cli/dist/spec-node/devContainersSpecCLI.js");
// As it is shipped: from the source it would first be translated.
const guard = join(root, "dist", "endWithParent.js");

export const bench: Bench = {
  name: "launch of a dev container",
  async run() {
    const availability = await requireEngine("docker");
    if (!availability.available) throw new Error(availability.reason);
    const docker = await startDocker({ gpu: "cdi", gpus: 2 });
    const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
    const engine = new Engine(() => docker.env);
    try {
      const configFile = join(folder, ".devcontainer", "devcontainer.json");
      mkdirSync(join(folder, ".devcontainer"));
      const config = {
        build: { dockerfile: "Dockerfile" },
        hostRequirements: { gpu: "optional" },
        runArgs: ["--publish=127.0.0.1::8888"],
      };
      writeFileSync(configFile, JSON.stringify(config));
      writeFileSync(join(folder, ".devcontainer", "Dockerfile"), "FROM slipway.test/box:1\nRUN echo made\n");
      const secrets = { get: async () => undefined, store: async () => {}, delete: async () => {} };
      const launches = new Launches(
        {
          engine,
          jupyter: new JupyterClient(),
          tools: new Devcontainers(new Processes(silentLog, () => docker.env), {
            program,
            guard,
            compiled: join(folder, "compiled"),
          }),
          secrets,
          clock: systemClock,
          log: silentLog,
        },
        { read: () => undefined, write: () => {} },
      );
      const spec = { folder, configFile, rebuild: true };
      const ours = () => launches.up(spec, { step() {}, log() {} }, never());
      const args = [
        program,
        "up",
        `--workspace-folder=${folder}`,
        `--config=${configFile}`,
        "--gpu-availability=all",
        "--remove-existing-container",
      ];
      const theirs = () => runCommand(process.execPath, args, { env: docker.env });
      const times = { ours: [] as number[], theirs: [] as number[] };
      // One of each to warm the engine, then in turns.
      await ours();
      await theirs();
      for (let index = 0; index < runs; index += 1) {
        if (index % 2 === 0) times.ours.push(await timed(ours));
        times.theirs.push(await timed(theirs));
        if (index % 2 === 1) times.ours.push(await timed(ours));
      }
      // A machine's pace changes by a fifth within the minute that this takes: what counts is each beside its neighbour.
      const ratio = median(times.ours.map((ms, index) => ms / (times.theirs[index] ?? Number.NaN)));
      const [value, peerValue] = [median(times.ours), median(times.theirs)];
      return {
        rows: [
          {
            name: "container made anew, image cached, with GPUs",
            value,
            unit: "ms",
            peer: "devcontainer up",
            peerValue,
            ratio,
            target: 1.05,
          },
        ],
      };
    } finally {
      engine.dispose();
      rmSync(folder, { recursive: true, force: true });
      await docker.stop();
    }
  },
};

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
