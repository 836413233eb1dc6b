// CMP002: shared memory for a service with GPUs, and the old way to its GPU.
import type { PodContainer } from "../../kube/podTemplates.ts";
import { commandWords } from "../../kube/podTemplates.ts";
import { flagValue, modelServerOf } from "../../serving/modelServers.ts";
import type { ComposeService } from "../../syntax/compose.ts";
import { addEntry, removeEntry } from "../../syntax/edit.ts";
import { entryOf, isNull, itemsOf, nodeAt, textOf, textsOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import { asContainer, hasGpu, reservedGpus, variablesOf } from "../composeGpus.ts";
import type { Rule } from "../rule.ts";

export const cmp002: Rule = {
  id: "CMP002",
  title: "A GPU service needs shared memory, and gets its GPU by gpus",
  severity: "warning",
  why: "A container's /dev/shm has 64 MB: data loaders, NCCL and split models die with a bus error when it is full. runtime: nvidia works only where Docker was configured for it; gpus works with CDI as well.",
  source: "https://docs.docker.com/reference/compose-file/services/#shm_size",
  appliesTo: "compose",
  good: `services:
  train:
    image: pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime
    command: torchrun --nproc_per_node=2 train.py
    gpus: all
    shm_size: 8gb
`,
  bad: `services:
  train:
    image: «pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime»
    command: torchrun --nproc_per_node=2 train.py
    runtime: «nvidia»
`,
  *check(file, text) {
    for (const service of file.services) {
      if (!hasGpu(service)) continue;
      const container = asContainer(service);
      const reason = reasonFor(container);
      const at = nodeAt(service.node, "image") ?? service.key;
      if (reason !== undefined && !hasSharedMemory(service))
        yield {
          at,
          message: `${reason} shares memory between processes, and /dev/shm has only 64 MB here: set shm_size.`,
          fixes: [{ title: "Add shm_size: 8gb", edits: [addEntry(text, service.node, "shm_size", "8gb")] }],
        };
      yield* oldRuntime(service, text);
    }
  },
};

function reasonFor(container: PodContainer): string | undefined {
  const server = modelServerOf(container);
  if (server?.name === "Triton") return "Triton";
  if (server) {
    const flags = [
      "--tensor-parallel-size",
      "-tp",
      "--tp",
      "--tp-size",
      "--num-shard",
      "--pipeline-parallel-size",
    ];
    return Number(flagValue(container, flags)) > 1 ? `${server.name} with tensor parallelism` : undefined;
  }
  const words = commandWords(container);
  const launcher = words.find((word) =>
    /(?:^|\/)(?:torchrun|deepspeed|horovodrun|mpirun|accelerate)$/.test(word),
  );
  if (launcher) return launcher.slice(launcher.lastIndexOf("/") + 1);
  if (Number(flagValue(container, ["--num-workers", "--num_workers", "--dataloader-num-workers"])) > 0)
    return "A data loader with workers";
  return undefined;
}

function hasSharedMemory({ node }: ComposeService): boolean {
  if (!isNull(nodeAt(node, "shm_size")) || !isNull(nodeAt(node, "ipc")) || !isNull(nodeAt(node, "extends")))
    return true;
  const tmpfs = nodeAt(node, "tmpfs");
  if ([textOf(tmpfs) ?? "", ...textsOf(tmpfs)].some((path) => path.startsWith("/dev/shm"))) return true;
  return itemsOf(nodeAt(node, "volumes")).some(
    (volume) =>
      textOf(nodeAt(volume, "target")) === "/dev/shm" || /:\/dev\/shm(?::|$)/.test(textOf(volume) ?? ""),
  );
}

function* oldRuntime(service: ComposeService, text: string): Iterable<Problem> {
  const { node } = service;
  const entry = entryOf(node, "runtime");
  if (!entry || textOf(entry.value) !== "nvidia") return;
  const devices = variablesOf(service).find(({ name }) => name === "NVIDIA_VISIBLE_DEVICES");
  const all = devices === undefined || devices.value === "all";
  const named = !isNull(nodeAt(node, "gpus")) || reservedGpus(service).length > 0;
  yield {
    at: entry.value,
    severity: "information",
    message:
      "runtime: nvidia needs that runtime in Docker's configuration; gpus: all (Compose 2.30) works without it.",
    fixes:
      entry.merged || !all
        ? []
        : named
          ? [{ title: "Take runtime out", edits: [removeEntry(text, node, entry)] }]
          : [
              {
                title: "Use gpus: all",
                edits: [
                  { start: entry.key.start, end: entry.value.end, text: usingGpus(text, entry.key.start) },
                ],
              },
            ],
  };
}

/** The key as the others are written: in JSON with quotes. */
function usingGpus(text: string, start: number): string {
  return text[start] === '"' ? '"gpus": "all"' : "gpus: all";
}
