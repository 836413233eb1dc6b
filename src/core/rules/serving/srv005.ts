// SRV005: a model split over more, or fewer, GPUs than the container has.
import { isAccelerator } from "../../gpu/resources.ts";
import { flagOf, hasFlag, type Flag } from "../../kube/flags.ts";
import { commandWords, type PodContainer, resourceEntries } from "../../kube/podTemplates.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { modelServerOf } from "../../serving/modelServers.ts";
import { addItem } from "../../syntax/edit.ts";
import { entriesOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

interface Splitting {
  /** Ways to write over how many devices a layer is split. */
  readonly tensor: readonly string[];
  /** What multiplies them, in groups of names for one thing. */
  readonly times: readonly (readonly string[])[];
  /** With any of these the work is spread otherwise, or over several pods. */
  readonly elsewhere: readonly string[];
  /** Without a flag the server uses this many devices; undefined for all of them. */
  readonly usual?: number;
}

/** From each engine's page of arguments, as of 2026-08. */
const SPLITTING: Readonly<Record<string, Splitting>> = {
  vLLM: {
    tensor: ["--tensor-parallel-size", "-tp"],
    times: [
      ["--pipeline-parallel-size", "-pp"],
      ["--data-parallel-size", "-dp"],
      ["--prefill-context-parallel-size", "-pcp"],
    ],
    elsewhere: [
      "--nnodes",
      "--node-rank",
      "--headless",
      "--data-parallel-size-local",
      "-dpl",
      "--data-parallel-address",
      "--data-parallel-rank",
      "--data-parallel-backend",
      "--data-parallel-hybrid-lb",
      "--data-parallel-external-lb",
      "--config",
      "--worker-use-ray",
      "--device",
    ],
    usual: 1,
  },
  SGLang: {
    tensor: ["--tensor-parallel-size", "--tp-size", "--tp"],
    times: [["--pipeline-parallel-size", "--pp-size"]],
    elsewhere: [
      "--nnodes",
      "--node-rank",
      "--dist-init-addr",
      "--data-parallel-size",
      "--dp-size",
      "--dp",
      "--config",
    ],
    usual: 1,
  },
  "Text Generation Inference": { tensor: ["--num-shard"], times: [], elsewhere: [] },
};
/** Whole devices that an engine counts as the resource does; cores, slices and shares are counted otherwise. */
const COUNTED = new Set(["nvidia.com/gpu", "amd.com/gpu", "habana.ai/gaudi", "google.com/tpu"]);

export const srv005: Rule = {
  id: "SRV005",
  title: "A model is split over as many GPUs as the container has",
  severity: "error",
  why: "An engine that is told to use more GPUs than it has does not start. With fewer, the others are paid for and stay idle.",
  source: "https://docs.vllm.ai/en/latest/serving/parallelism_scaling.html",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: llm
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: [--model, /models/llama, --tensor-parallel-size, "4"]
      readinessProbe:
        httpGet: {path: /v1/models, port: 8000}
      resources:
        limits:
          cpu: 16
          memory: 128Gi
          nvidia.com/gpu: 4
      volumeMounts:
        - name: dshm
          mountPath: /dev/shm
  volumes:
    - name: dshm
      emptyDir:
        medium: Memory
        sizeLimit: 8Gi
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: llm
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: [--model, /models/llama, --tensor-parallel-size=«4»]
      readinessProbe:
        httpGet: {path: /v1/models, port: 8000}
      resources:
        limits:
          cpu: 16
          memory: 128Gi
          nvidia.com/gpu: 2
`,
  *check(pod, text) {
    // Where several pods serve one model together, one of them does not show how it is split.
    if (pod.partial || pod.life === "ray" || pod.kind === "LeaderWorkerSet") return;
    for (const container of pod.containers) {
      const devices = devicesOf(container);
      if (devices === undefined) continue;
      const server = modelServerOf(container);
      const splitting = server && SPLITTING[server.name];
      if (splitting && server) yield* served(text, container, server.name, splitting, devices);
      else if (!server) yield* launched(text, container, devices);
    }
  },
};

/** Undefined where there are none, or none that are counted so. */
function devicesOf(container: PodContainer): number | undefined {
  const entries = resourceEntries(container, "limits").filter(({ key }) => isAccelerator(key.text));
  const [entry] = entries;
  if (!entry || entries.length > 1 || !COUNTED.has(entry.key.text)) return undefined;
  const devices = parseQuantity(textOf(entry.value) ?? "");
  return devices !== undefined && devices > 0 ? devices : undefined;
}

function* served(
  text: string,
  container: PodContainer,
  name: string,
  splitting: Splitting,
  devices: number,
): Iterable<Problem> {
  if (hasFlag(container, splitting.elsewhere)) return;
  if (flagOf(text, container, ["--distributed-executor-backend"])?.value === "ray") return;
  const tensor = flagOf(text, container, splitting.tensor);
  const others = splitting.times.map((names) => flagOf(text, container, names));
  const used = [tensor, ...others].map((flag) => (flag ? whole(flag.value) : 1));
  if (used.includes(undefined)) return;
  const product = used.reduce<number>((all, count) => all * (count ?? 1), 1);
  const written = [tensor, ...others].find((flag) => flag !== undefined);
  if (!written) {
    if (splitting.usual !== undefined && devices > splitting.usual)
      yield* unused(text, container, name, splitting, devices);
    return;
  }
  if (product === devices) return;
  const onlyTensor = tensor && others.every((flag) => flag === undefined);
  yield {
    at: (tensor ?? written).at,
    message:
      product > devices
        ? `${name} is told to use ${product} GPUs and has ${devices}: it does not start.`
        : `${name} uses ${product} of its ${devices} GPUs; the others stay idle.`,
    ...(product > devices ? {} : { severity: "warning" as const }),
    fixes: onlyTensor ? replacing(tensor, devices) : [],
  };
}

function* unused(
  text: string,
  container: PodContainer,
  name: string,
  splitting: Splitting,
  devices: number,
): Iterable<Problem> {
  const flag = splitting.tensor[0] ?? "";
  const args = nodeAt(container.node, "args");
  // A script may start several servers, or set the flag from a variable.
  if (args?.kind !== "list" || /\s|\$/.test(commandWords(container).join("")) || args.items.length === 0)
    return;
  if (args.items.some((item) => /\s/.test(textOf(item) ?? ""))) return;
  const limit = entriesOf(nodeAt(container.node, "resources", "limits")).find(({ key }) =>
    isAccelerator(key.text),
  );
  if (!limit) return;
  yield {
    at: limit.value,
    severity: "warning",
    message: `${name} uses one GPU unless ${flag} says otherwise; ${devices - 1} of these ${devices} stay idle.`,
    fixes: [
      {
        title: `Split the model over ${devices} GPUs`,
        edits: [addItem(text, container.node, "args", `${flag}=${devices}`)],
      },
    ],
  };
}

/** torchrun and deepspeed start one process for each GPU. */
function* launched(text: string, container: PodContainer, devices: number): Iterable<Problem> {
  const words = commandWords(container);
  const runs = (name: string) => words.some((word) => word === name || word.endsWith(`/${name}`));
  const torch =
    runs("torchrun") || words.includes("torch.distributed.run") || words.includes("torch.distributed.launch");
  const names = torch ? ["--nproc-per-node"] : runs("deepspeed") ? ["--num-gpus"] : [];
  const flag = flagOf(text, container, names);
  const processes = flag && whole(flag.value);
  if (!flag || processes === undefined || processes === devices) return;
  yield {
    at: flag.at,
    severity: "warning",
    message:
      processes > devices
        ? `${processes} processes are started for ${devices} GPUs, and each needs one of its own.`
        : `${processes} processes are started for ${devices} GPUs; the others stay idle.`,
    fixes: replacing(flag, devices),
  };
}

function replacing(flag: Flag, devices: number): NonNullable<Problem["fixes"]> {
  return flag.exact
    ? [{ title: `Change to ${devices}`, edits: [{ ...flag.at, text: String(devices) }] }]
    : [];
}

function whole(value: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(value) ? Number(value) : undefined;
}
