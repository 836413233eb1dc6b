// The demo workloads: what a machine learning team's namespace looks like on a day when some things go wrong.
import { waitUntil } from "../command.ts";
import { boxImage } from "../images.ts";
import { type Access, gpuBoxImage, nodeName } from "./node.ts";

export const demoNamespace = "ml";
export const demoGpuCount = 4;

/** The names of the demo's workloads, for tests. */
export const demoNames = {
  /** Job, running, holds two GPUs and logs an epoch a second. */
  training: "train-resnet",
  /** Deployment and Service (port 8000), running, holds one GPU, answers like an OpenAI-compatible server. */
  modelServer: "model-server",
  /** Job, Pending: wants four GPUs where one is free. */
  waiting: "finetune-llama",
  /** Deployment, CrashLoopBackOff: a Python module is missing. */
  crashing: "feature-store",
  /** Deployment, ImagePullBackOff: nobody listens where its registry should be. */
  noImage: "notebook",
  /** Job, failed: its only pod was OOMKilled. */
  outOfMemory: "preprocess",
  /** Deployment, running, writes five lines a second. */
  logging: "request-logger",
  /** StatefulSet, running. */
  database: "vector-db",
  /** CronJob, suspended. */
  nightly: "nightly-eval",
} as const;

/** The labels that NVIDIA's GPU Feature Discovery gives a node with H100s. */
const gpuLabels = {
  "nvidia.com/gpu.present": "true",
  "nvidia.com/gpu.count": String(demoGpuCount),
  "nvidia.com/gpu.replicas": "1",
  "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
  "nvidia.com/gpu.family": "hopper",
  "nvidia.com/gpu.memory": "81559",
  "nvidia.com/gpu.compute.major": "9",
  "nvidia.com/gpu.compute.minor": "0",
  "nvidia.com/gpu.sharing-strategy": "none",
  "nvidia.com/mig.capable": "true",
  "nvidia.com/mig.strategy": "none",
  "nvidia.com/cuda.driver-version.full": "590.48.01",
  "nvidia.com/cuda.runtime-version.full": "13.1",
};

/** Gives a node so many GPUs, as a device plugin would; the scheduler counts them like any others. */
export async function giveGpus(
  access: Access,
  node: string,
  count: number,
  resource = "nvidia.com/gpu",
): Promise<void> {
  const path = resource.replace("/", "~1");
  const patch = ["capacity", "allocatable"].map((list) => ({
    op: "add",
    path: `/status/${list}/${path}`,
    value: String(count),
  }));
  await access.kubectl(
    "patch",
    "node",
    node,
    "--subresource=status",
    "--type=json",
    "-p",
    JSON.stringify(patch),
  );
}

/** Applies the demo and waits until what can run runs; the failures show their reasons within a minute. */
export async function applyDemo(access: Access): Promise<void> {
  await giveGpus(access, nodeName, demoGpuCount);
  const labels = Object.entries(gpuLabels).map(([name, value]) => `${name}=${value}`);
  await access.kubectl("label", "node", nodeName, "--overwrite", ...labels);
  await access.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: demoNamespace } });
  // The ones that hold GPUs come first, so that it is always the same one that waits.
  await access.apply(training(), modelServer(), modelService());
  await waitForRunning(access, [demoNames.training, demoNames.modelServer]);
  await access.apply(
    job(demoNames.waiting, waitingContainer()),
    deployment(demoNames.crashing, crashingContainer()),
    deployment(demoNames.noImage, {
      image: "localhost:5999/team/notebook:2026.1",
      imagePullPolicy: "IfNotPresent",
    }),
    job(demoNames.outOfMemory, outOfMemoryContainer()),
    deployment(demoNames.logging, loggingContainer()),
    database(),
    nightly(),
  );
  await waitForRunning(access, [demoNames.logging, demoNames.database]);
}

async function waitForRunning(access: Access, names: readonly string[]): Promise<void> {
  await waitUntil(`${names.join(", ")} to run`, 90_000, async () => {
    const path = '-o=jsonpath={range .items[?(@.status.phase=="Running")]}{.metadata.labels.app}{" "}{end}';
    const running = (await access.kubectl("get", "pods", "-n", demoNamespace, path)).split(" ");
    return names.every((name) => running.includes(name));
  });
}

type Container = { name?: string; image?: string; [field: string]: unknown };

function script(...lines: string[]): string[] {
  return ["/bin/sh", "-c", lines.join("\n")];
}

function gpus(count: number): object {
  return { limits: { "nvidia.com/gpu": String(count), memory: "256Mi" }, requests: { cpu: "10m" } };
}

function training(): object {
  return job(demoNames.training, {
    image: gpuBoxImage,
    env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "0,1" }],
    resources: gpus(2),
    command: script(
      'echo "rank 0/2: NCCL initialised, 2 GPUs"',
      "epoch=0",
      "while true; do",
      "  epoch=$((epoch + 1))",
      '  echo "epoch $epoch loss 0.$((900 - epoch % 800)) 1843 images/s"',
      "  sleep 1",
      "done",
    ),
  });
}

function modelServer(): object {
  return deployment(demoNames.modelServer, {
    image: gpuBoxImage,
    env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "2" }],
    resources: gpus(1),
    ports: [{ name: "http", containerPort: 8000 }],
    command: script(
      "mkdir -p /www/v1",
      'echo \'{"object":"list","data":[{"id":"demo-7b","object":"model","owned_by":"slipway"}]}\' > /www/v1/models',
      "echo OK > /www/health",
      'echo "INFO: model demo-7b loaded, listening on port 8000"',
      // As a real server does, it ends when it is asked to; a first process that does not listen waits to be killed.
      "trap 'exit 0' TERM",
      "httpd -f -v -p 8000 -h /www & wait",
    ),
    readinessProbe: { httpGet: { path: "/health", port: 8000 }, periodSeconds: 1 },
  });
}

function modelService(): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: demoNames.modelServer, namespace: demoNamespace },
    spec: {
      selector: { app: demoNames.modelServer },
      ports: [{ name: "http", port: 8000, targetPort: "http" }],
    },
  };
}

function waitingContainer(): Container {
  return { image: gpuBoxImage, resources: gpus(4), command: script("nvidia-smi", "sleep 3600") };
}

function crashingContainer(): Container {
  return {
    command: script(
      'echo "Traceback (most recent call last):"',
      "echo '  File \"/app/serve.py\", line 3, in <module>'",
      'echo "    import feast"',
      "echo \"ModuleNotFoundError: No module named 'feast'\"",
      "exit 1",
    ),
  };
}

function outOfMemoryContainer(): Container {
  return {
    resources: { limits: { memory: "32Mi" }, requests: { cpu: "10m" } },
    command: script('echo "reading 40 GB of parquet into memory"', "tail /dev/zero"),
  };
}

function loggingContainer(): Container {
  return {
    command: script(
      "line=0",
      "while true; do",
      "  line=$((line + 1))",
      '  echo "request $line POST /v1/completions 200 $((line % 90 + 10)) ms"',
      "  usleep 200000",
      "done",
    ),
  };
}

function database(): object {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: demoNames.database, namespace: demoNamespace },
    spec: {
      serviceName: demoNames.database,
      replicas: 1,
      selector: { matchLabels: { app: demoNames.database } },
      template: template(demoNames.database, { command: script("echo ready", "sleep 100000") }),
    },
  };
}

function nightly(): object {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: demoNames.nightly, namespace: demoNamespace },
    spec: {
      schedule: "0 3 * * *",
      suspend: true,
      jobTemplate: {
        spec: { template: template(demoNames.nightly, { command: script("echo done") }, "Never") },
      },
    },
  };
}

function deployment(name: string, container: Container): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: demoNamespace, labels: { app: name } },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name, container) },
  };
}

function job(name: string, container: Container): object {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: demoNamespace, labels: { app: name } },
    spec: { backoffLimit: 0, template: template(name, container, "Never") },
  };
}

function template(name: string, container: Container, restartPolicy = "Always"): object {
  return {
    metadata: { labels: { app: name } },
    spec: {
      restartPolicy,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "main", image: boxImage, imagePullPolicy: "Never", ...container }],
    },
  };
}
