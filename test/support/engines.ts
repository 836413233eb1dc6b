// `npm run engines`: a real cluster with the demo workloads and a Docker engine with stand-in GPUs, until Ctrl-C.
//
// Prints the lines to paste into a shell; with `--write-env FILE` it also writes them there once all is ready.
// `--cluster` or `--docker` starts only the one.
import { rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startDocker } from "./docker/engine.ts";
import { reasonOf } from "./found.ts";
import { startCluster } from "./kubernetes/cluster.ts";

const { values } = parseArgs({
  options: {
    cluster: { type: "boolean", default: false },
    docker: { type: "boolean", default: false },
    "write-env": { type: "string" },
  },
});
const both = values.cluster === values.docker;
const lines: string[] = [];
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

console.error(
  "Starting the engines. The first start on a machine builds them, which takes 10 to 20 minutes ...",
);
if (both || values.docker) {
  await started("Docker engine with two stand-in GPUs", async () => {
    const engine = await startDocker({ gpu: "cdi", gpus: 2 });
    lines.push(`export DOCKER_HOST=${quote(engine.host)}`);
    lines.push(`export DOCKER_CONFIG=${quote(engine.dockerConfigDir)}`);
  });
}
if (both || values.cluster) {
  await started("Kubernetes cluster with the demo workloads and four GPUs", async () => {
    const cluster = await startCluster({ node: true, demo: true });
    lines.push(`export KUBECONFIG=${quote(cluster.kubeconfigPath)}`);
  });
}
if (lines.length === 0) process.exit(1);
console.log(lines.join("\n"));
const file = values["write-env"];
if (file) {
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  process.on("exit", () => rmSync(file, { force: true }));
}
console.error("Ready. Ctrl-C ends the engines and removes what they made.");
// The engines are processes of their own and hold nothing open here.
setInterval(() => {}, 60_000);

async function started(what: string, start: () => Promise<void>): Promise<void> {
  const begin = Date.now();
  try {
    await start();
    console.error(`${what}: ready after ${Math.round((Date.now() - begin) / 1000)} s`);
  } catch (error) {
    console.error(`${what}: not available: ${reasonOf(error)}`);
  }
}
