// GPUs of this machine and the containers on them: a stand-in nvidia-smi that names processes of real containers.
import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, before, describe, it } from "mocha";
import type { NodeUsage } from "../../src/app/stores/gpu/clusterGpus.ts";
import { MachineUsage } from "../../src/app/stores/gpu/machine.ts";
import { systemClock } from "../../src/base/clock.ts";
import { Emitter } from "../../src/base/event.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import { figuresText } from "../../src/core/gpu/usageText.ts";
import { MachineGpus } from "../../src/io/docker/machineGpus.ts";
import { Processes } from "../../src/io/process/processes.ts";
import type { DockerEngine } from "../support/docker/engine.ts";
import { folderWith, sharedDocker, until, type World, worldOn } from "./world.ts";

const ONE = "GPU-5bb5d3a1-0000-4000-8000-000000000001";
const TWO = "GPU-5bb5d3a1-0000-4000-8000-000000000002";

describe("the GPUs of this machine", function () {
  this.timeout(60_000);
  let docker: DockerEngine;
  let world: World;
  let folder = "";

  before(async function () {
    docker = await sharedDocker(this);
    folder = folderWith({ note: "programs of a stand-in machine" });
  });
  afterEach(() => {
    world?.dispose();
  });

  /** @param script of the stand-in; the engine is at `host`. */
  async function follow(script: string, host?: string) {
    const path = join(folder, "nvidia-smi");
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    const environment = {
      ...docker.env,
      PATH: `${folder}:${process.env["PATH"] ?? ""}`,
      ...(host === undefined ? {} : { DOCKER_HOST: host }),
    };
    world = worldOn(docker);
    const changed = new Emitter<void>();
    const processes = new Processes(silentLog, () => environment);
    const made = new MachineUsage({
      port: new MachineGpus(() => environment, processes),
      containers: world.containers,
      clock: systemClock,
      changed: () => changed.fire(),
      isTrusted: () => true,
    });
    const reading = made.read();
    return {
      reading,
      settled: async (what: string, like: (node: NodeUsage) => boolean): Promise<NodeUsage> => {
        const node = () => made.nodes[0];
        await until(what, changed.event, () => {
          const one = node();
          return one !== undefined && like(one);
        });
        return node() as NodeUsage;
      },
    };
  }
  const shown = (node: NodeUsage | undefined) =>
    node?.rows.map(
      ({ kind, label, pods, figures }) =>
        `${kind} ${label} [${pods?.map(({ namespace, pod }) => `${namespace}/${pod}`).join(" ") ?? "?"}] ${figuresText(figures)}`,
    ) ?? [];

  async function containerPid(): Promise<{ name: string; pid: number }> {
    const { id, name } = await world.engine.run({ image: "slipway.test/box:1", gpus: [] }, never());
    const inspected = (await world.engine.inspect(id, never())) as { State: { Pid: number } };
    return { name: name.replace(/^\//, ""), pid: inspected.State.Pid };
  }
  const printing = (processes: string) => `case "$*" in
  *query-gpu*) while :; do
    echo "0, ${ONE}, 97, 11125, 81559, 433.78, 53, Disabled, NVIDIA H100 80GB HBM3"
    echo "1, ${TWO}, 0, 0, 81559, 71.22, 28, Disabled, NVIDIA H100 80GB HBM3"; sleep 1; done ;;
  *query-compute-apps*) while :; do ${processes}; sleep 1; done ;;
esac`;

  it("go to the containers whose processes are on them, by cgroup; and nvidia-smi ends with the reader", async () => {
    world = worldOn(docker);
    const [first, second] = [await containerPid(), await containerPid()];
    world.dispose();
    const lines = [
      `echo "${ONE}, ${first.pid}, 2296"`,
      `echo "${ONE}, ${second.pid}, 1024"`,
      `echo "${ONE}, ${process.pid}, 300"`,
    ];
    const { reading, settled } = await follow(printing(lines.join("; ")));
    const node = await settled(
      "three on the first GPU",
      // A container's name comes a moment after its processes.
      (one) =>
        one.rows[0]?.pods?.length === 3 &&
        one.rows.length === 5 &&
        [first, second].every(({ name }) => shown(one).join().includes(name)),
    );
    const memory = { [first.name]: "2.2", [second.name]: "1.0" };
    const [one = "", other = ""] = Object.keys(memory).sort();
    assert.deepEqual(shown(node).slice(0, 4), [
      `device GPU 0 [docker/${one} docker/${other} processes/process ${process.pid}] 97 %, 11/80 GiB, 434 W, 53 °C`,
      `share GPU 0 [docker/${one}] utilisation unknown, ${memory[one]}/80 GiB, power unknown, temperature unknown`,
      `share GPU 0 [docker/${other}] utilisation unknown, ${memory[other]}/80 GiB, power unknown, temperature unknown`,
      `share GPU 0 [processes/process ${process.pid}] utilisation unknown, 0.3/80 GiB, power unknown, temperature unknown`,
    ]);
    assert.match(shown(node)[4] ?? "", /device GPU 1 \[\] 0 %/);
    assert.match(node.rows[1]?.why ?? "", /only memory is measured by process/);
    reading.dispose();
    const running = async () =>
      (await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8")).trim();
    for (let left = 100; left > 0 && (await smiChildren(await running())) > 0; left--)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await smiChildren(await running()), 0);
  });

  it("say what is wrong where there is no driver", async () => {
    const { reading, settled } = await follow(
      `echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."; exit 9`,
    );
    const node = await settled("failed", ({ report }) => report.state === "failed");
    assert.match(node.tried[0]?.why ?? "", /can't reach the NVIDIA driver/);
    assert.equal(node.rows.length, 0);
    reading.dispose();
  });

  it("are not asked for the containers of an engine elsewhere", async () => {
    const { reading, settled } = await follow("exit 0", "tcp://192.0.2.1:2375");
    const node = await settled("failed", ({ report }) => report.state === "failed");
    assert.match(node.tried[0]?.why ?? "", /tcp:\/\/192\.0\.2\.1:2375 is not on this machine/);
    reading.dispose();
  });
});

async function smiChildren(pids: string): Promise<number> {
  const names = await Promise.all(
    pids.split(" ").map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return names.filter((name) => name.includes("nvidia-smi")).length;
}
