// The workloads of the scene: a training run, a model server, one that does not fit, a notebook, a crash loop.
import type { NewObject } from "../api/store.ts";
import { nodeNames } from "./nodes.ts";
import type { SceneObject } from "./sceneObject.ts";

const minute = 60_000;

function object(namespace: string, name: string, spec: object, labels?: Record<string, string>): NewObject {
  return { metadata: { name, namespace, ...(labels ? { labels } : {}) }, spec };
}

function gpus(amount: number, resource = "nvidia.com/gpu"): object {
  return { limits: { [resource]: String(amount), memory: "64Gi" }, requests: { cpu: "4", memory: "16Gi" } };
}

function workload(name: string, replicas: number, podSpec: object, more: object = {}): object {
  return {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec },
    ...more,
  };
}

const onFullGpus = { "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3" };
const onSharedGpu = { "kubernetes.io/hostname": nodeNames.shared };

export function machineLearning(): SceneObject[] {
  return [
    {
      kind: "ConfigMap",
      object: {
        metadata: { name: "finetune-config", namespace: "ml" },
        data: { "config.yaml": "model: llama-3.1-8b\nprecision: bf16\n" },
      },
    },
    {
      kind: "PersistentVolumeClaim",
      object: object("ml", "notebook-home", {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "standard",
        resources: { requests: { storage: "50Gi" } },
      }),
    },
    {
      kind: "ResourceQuota",
      object: {
        ...object("ml", "gpus", { hard: { "requests.nvidia.com/gpu": "16" } }),
        status: { hard: { "requests.nvidia.com/gpu": "16" }, used: {} },
      },
    },
    { kind: "Job", object: trainingJob("llama-finetune", 4) },
    { kind: "Deployment", object: modelServerDeployment() },
    {
      kind: "Service",
      object: object("ml", "qwen-server", {
        selector: { app: "qwen-server" },
        ports: [{ name: "http", port: 8000, targetPort: "http", protocol: "TCP" }],
      }),
    },
    { kind: "StatefulSet", object: notebookSet() },
    {
      kind: "Service",
      object: object("ml", "notebook", {
        selector: { app: "notebook" },
        ports: [{ name: "http-notebook", port: 80, targetPort: 8888, protocol: "TCP" }],
      }),
    },
    { kind: "Deployment", object: rerankerDeployment() },
    {
      kind: "Service",
      object: object("ml", "reranker", {
        selector: { app: "reranker" },
        ports: [{ name: "http", port: 80, targetPort: 80, protocol: "TCP" }],
      }),
    },
    { kind: "CronJob", object: nightlyEvaluation() },
    { kind: "Deployment", object: crashLoop(), afterMs: 78 * minute },
    { kind: "Job", object: trainingJob("pretrain-70b", 8), afterMs: 95 * minute },
    { kind: "Job", object: checkJob(), afterMs: 101 * minute },
  ];
}

function trainingJob(name: string, amount: number): NewObject {
  const podSpec = {
    restartPolicy: "Never",
    containers: [
      {
        name: "trainer",
        image: "nvcr.io/nvidia/pytorch:25.08-py3",
        command: ["torchrun", `--nproc-per-node=${amount}`, "train.py"],
        resources: gpus(amount),
      },
    ],
  };
  return object("ml", name, {
    backoffLimit: 2,
    template: { metadata: { labels: { app: name } }, spec: podSpec },
  });
}

function checkJob(): NewObject {
  const script = "echo checking the dataset; sleep 20; echo 412306 samples, 0 broken";
  const podSpec = {
    restartPolicy: "Never",
    containers: [{ name: "check", image: "python:3.12-slim", command: ["sh", "-c", script] }],
  };
  return object("ml", "dataset-check", {
    template: { metadata: { labels: { app: "dataset-check" } }, spec: podSpec },
  });
}

function modelServerDeployment(): NewObject {
  const podSpec = {
    nodeSelector: onFullGpus,
    containers: [
      {
        name: "server",
        image: "vllm/vllm-openai:v0.11.0",
        args: ["--model", "Qwen/Qwen3-8B", "--max-model-len", "32768"],
        ports: [{ name: "http", containerPort: 8000 }],
        env: [
          { name: "VLLM_LOGGING_LEVEL", value: "INFO" },
          { name: "HF_TOKEN", valueFrom: { secretKeyRef: { name: "hugging-face", key: "token" } } },
        ],
        readinessProbe: { httpGet: { path: "/health", port: "http" } },
        resources: gpus(1),
      },
    ],
  };
  return object("ml", "qwen-server", workload("qwen-server", 1, podSpec), { app: "qwen-server" });
}

function notebookSet(): NewObject {
  const podSpec = {
    containers: [
      {
        name: "notebook",
        image: "quay.io/jupyter/pytorch-notebook:cuda12-python-3.12",
        command: ["start-notebook.py"],
        ports: [{ name: "notebook", containerPort: 8888 }],
        // No secret: it opens nothing but this pretended notebook.
        env: [{ name: "JUPYTER_TOKEN", value: "sandbox" }],
        resources: gpus(1, "nvidia.com/mig-1g.10gb"),
        volumeMounts: [{ name: "home", mountPath: "/home/jovyan" }],
      },
    ],
    volumes: [{ name: "home", persistentVolumeClaim: { claimName: "notebook-home" } }],
  };
  return object("ml", "notebook", workload("notebook", 1, podSpec, { serviceName: "notebook" }), {
    app: "notebook",
  });
}

function rerankerDeployment(): NewObject {
  const podSpec = {
    nodeSelector: onSharedGpu,
    containers: [
      {
        name: "server",
        image: "ghcr.io/huggingface/text-embeddings-inference:1.8",
        args: ["--model-id", "BAAI/bge-reranker-v2-m3"],
        ports: [{ name: "http", containerPort: 80 }],
        resources: {
          limits: { "nvidia.com/gpu": "1", memory: "8Gi" },
          requests: { cpu: "1", memory: "4Gi" },
        },
      },
    ],
  };
  return object("ml", "reranker", workload("reranker", 2, podSpec), { app: "reranker" });
}

function crashLoop(): NewObject {
  const podSpec = {
    nodeSelector: onSharedGpu,
    containers: [
      {
        name: "worker",
        image: "registry.example.com/ml/embed-backfill:0.4.1",
        resources: {
          limits: { "nvidia.com/gpu": "1", memory: "16Gi" },
          requests: { cpu: "1", memory: "8Gi" },
        },
      },
    ],
  };
  return object("ml", "embed-backfill", workload("embed-backfill", 1, podSpec), { app: "embed-backfill" });
}

function nightlyEvaluation(): NewObject {
  const podSpec = {
    restartPolicy: "Never",
    containers: [
      {
        name: "evaluate",
        image: "nvcr.io/nvidia/pytorch:25.08-py3",
        command: ["torchrun", "evaluate.py"],
        resources: gpus(1),
      },
    ],
  };
  return {
    ...object("ml", "nightly-eval", {
      schedule: "30 2 * * *",
      concurrencyPolicy: "Forbid",
      suspend: true,
      jobTemplate: { spec: { template: { spec: podSpec } } },
    }),
    status: {},
  };
}

export function gpuOperator(): SceneObject[] {
  const namespace = "gpu-operator";
  const toleration = [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }];
  const daemonSet = (name: string, gate: string, container: object): NewObject =>
    object(
      namespace,
      name,
      {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            nodeSelector: { [`nvidia.com/gpu.deploy.${gate}`]: "true" },
            tolerations: toleration,
            priorityClassName: "system-node-critical",
            containers: [container],
          },
        },
        updateStrategy: { type: "RollingUpdate" },
      },
      { app: name },
    );
  return [
    {
      kind: "DaemonSet",
      object: daemonSet("nvidia-dcgm-exporter", "dcgm-exporter", {
        name: "nvidia-dcgm-exporter",
        image: "nvcr.io/nvidia/k8s/dcgm-exporter:4.5.2-4.8.1-distroless",
        ports: [{ name: "metrics", containerPort: 9400 }],
        env: [
          { name: "DCGM_EXPORTER_LISTEN", value: ":9400" },
          { name: "DCGM_EXPORTER_KUBERNETES", value: "true" },
          { name: "DCGM_EXPORTER_INTERVAL", value: "1000" },
        ],
        livenessProbe: { httpGet: { path: "/health", port: 9400 } },
      }),
    },
    {
      kind: "DaemonSet",
      object: daemonSet("nvidia-device-plugin-daemonset", "device-plugin", {
        name: "nvidia-device-plugin",
        image: "nvcr.io/nvidia/k8s-device-plugin:v0.20.0",
      }),
    },
    {
      kind: "Service",
      object: object(
        namespace,
        "nvidia-dcgm-exporter",
        {
          selector: { app: "nvidia-dcgm-exporter" },
          ports: [{ name: "gpu-metrics", port: 9400, targetPort: 9400, protocol: "TCP" }],
        },
        { app: "nvidia-dcgm-exporter" },
      ),
    },
  ];
}
