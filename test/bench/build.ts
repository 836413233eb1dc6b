// A build through Slipway beside the same build by the docker command line, runs taken in turns.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Builds } from "../../src/app/jobs/build.ts";
import { Problems } from "../../src/app/stores/problems.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import { DockerBuilder } from "../../src/io/docker/builder.ts";
import { Engine } from "../../src/io/docker/engine.ts";
import { Processes } from "../../src/io/process/processes.ts";
import { requireEngine } from "../support/availability.ts";
import { runCommand } from "../support/command.ts";
import { startDocker } from "../support/docker/engine.ts";
import { type Bench, type BenchRow } from "./bench.ts";

const runs = 14;

const cases = [
  {
    name: "three steps, 20,000 log lines, without cache",
    dockerfile: ["FROM slipway.test/box:1", "COPY data /data", "RUN seq 1 20000", "RUN ls /data | wc -l"],
    withoutCache: true,
  },
  {
    name: "2,000 files in the context, all cached",
    dockerfile: ["FROM slipway.test/box:1", "COPY data /data", "RUN ls /data | wc -l"],
    withoutCache: false,
  },
];

export const bench: Bench = {
  name: "build wall time",
  async run() {
    const availability = await requireEngine("docker");
    if (!availability.available) throw new Error(availability.reason);
    const docker = await startDocker({ gpu: "no-toolkit", gpus: 0 });
    const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
    const engine = new Engine(() => docker.env);
    try {
      const processes = new Processes(silentLog, () => docker.env);
      const builds = new Builds(new DockerBuilder(processes, engine), new Problems(), systemClock, silentLog);
      mkdirSync(join(folder, "data"));
      for (let index = 0; index < 2000; index += 1)
        writeFileSync(join(folder, "data", `${index}.txt`), `${index}\n`);
      const rows: BenchRow[] = [];
      for (const one of cases) {
        const dockerfile = join(folder, "Dockerfile");
        writeFileSync(dockerfile, `${one.dockerfile.join("\n")}\n`);
        const options = { dockerfile, context: folder, tag: "bench:1", withoutCache: one.withoutCache };
        let lines = 0;
        const ours = () => builds.build(options, { step() {}, log: () => void (lines += 1) }, never());
        const args = [
          "buildx",
          "build",
          "--progress=plain",
          ...(one.withoutCache ? ["--no-cache"] : []),
          `--file=${dockerfile}`,
          "--tag=bench:1",
          folder,
        ];
        const theirs = () => runCommand(docker.cliPath, args, { env: docker.env });
        const times = { ours: [] as number[], theirs: [] as number[] };
        // One of each to warm the engine, then in turns.
        await ours();
        await theirs();
        for (let index = 0; index < runs; index += 1) {
          // Each goes first as often as the other: the engine tidies up after whoever was there before.
          if (index % 2 === 0) times.ours.push(await timed(ours));
          times.theirs.push(await timed(theirs));
          if (index % 2 === 1) times.ours.push(await timed(ours));
        }
        // The least disturbed run of each: what else the machine does meanwhile is nobody's merit or fault.
        const [value, peerValue] = [Math.min(...times.ours), Math.min(...times.theirs)];
        rows.push({
          name: one.name,
          value,
          unit: "ms",
          peer: "docker buildx build",
          peerValue,
          ratio: value / peerValue,
          target: 1.05,
        });
      }
      return { rows };
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
