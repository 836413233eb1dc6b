// Nodes and pods by the thousand, played by kwok: they have names, phases and GPUs, and nothing runs.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitUntil } from "../command.ts";
import type { Run } from "../run.ts";
import { findKwok } from "./binaries.ts";
import type { Access } from "./node.ts";

export type FakeNodes = {
  /** Adds nodes gpu-fake-0 … with so many GPUs each, and waits until they are Ready. */
  addNodes(count: number, gpusEach?: number): Promise<void>;
  /** Adds a Deployment whose pods land on the fake nodes, and waits until all are Ready. */
  addPods(options: { name: string; namespace?: string; count: number; gpusEach?: number }): Promise<void>;
};

const fakeAnnotation = "kwok.x-k8s.io/node";

export async function startKwok(run: Run, kubeconfigPath: string, access: Access): Promise<FakeNodes> {
  const found = await findKwok();
  if (!found.available) throw new Error(found.reason);
  const running = run.start(
    "kwok",
    found.program,
    [
      `--kubeconfig=${kubeconfigPath}`,
      `--config=${found.stagesPath}`,
      `--manage-nodes-with-annotation-selector=${fakeAnnotation}=fake`,
      "--node-lease-duration-seconds=40",
    ],
    { endSignal: "SIGKILL" },
  );
  let nodes = 0;
  return {
    async addNodes(count, gpusEach = 8) {
      const made = Array.from({ length: count }, (_, index) => fakeNode(nodes + index, gpusEach));
      nodes += count;
      await access.apply(...made);
      await waitUntil(`${nodes} fake nodes to be Ready`, 60_000, async () => {
        if (!running.isAlive()) throw new Error(`kwok ended:\n${running.log()}`);
        const path = '-o=jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
        const statuses = await access.kubectl("get", "nodes", "-l", "type=kwok", path);
        return statuses.split(" ").filter((status) => status === "True").length >= nodes;
      });
    },
    async addPods({ name, namespace = "default", count, gpusEach = 0 }) {
      const path = join(run.folder, `${name}.json`);
      await writeFile(path, JSON.stringify(fakeDeployment(name, namespace, count, gpusEach)));
      await access.kubectl("apply", "-f", path);
      await waitUntil(`${count} fake pods to be Ready`, 300_000, async () => {
        const ready = await access.kubectl(
          "get",
          "deployment",
          name,
          "-n",
          namespace,
          "-o=jsonpath={.status.readyReplicas}",
        );
        return Number(ready) >= count;
      });
    },
  };
}

function fakeNode(index: number, gpuCount: number): object {
  const resources = { cpu: "128", memory: "1024Gi", pods: "1000", "nvidia.com/gpu": String(gpuCount) };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: `gpu-fake-${index}`,
      annotations: { [fakeAnnotation]: "fake", "node.alpha.kubernetes.io/ttl": "0" },
      labels: {
        type: "kwok",
        "kubernetes.io/hostname": `gpu-fake-${index}`,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
        "nvidia.com/gpu.count": String(gpuCount),
      },
    },
    spec: { taints: [{ key: fakeAnnotation, value: "fake", effect: "NoSchedule" }] },
    status: { allocatable: resources, capacity: resources },
  };
}

function fakeDeployment(name: string, namespace: string, count: number, gpuCount: number): object {
  const limits = gpuCount > 0 ? { limits: { "nvidia.com/gpu": String(gpuCount) } } : {};
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: count,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          nodeSelector: { type: "kwok" },
          tolerations: [{ key: fakeAnnotation, operator: "Exists", effect: "NoSchedule" }],
          containers: [{ name: "main", image: "slipway.test/nothing:1", resources: limits }],
        },
      },
    },
  };
}
