// The configuration of NVIDIA's device plugin, as it stands in a key of a ConfigMap.
// Source: https://github.com/NVIDIA/k8s-device-plugin#as-a-configuration-file and its api/config/v1.
import { judgeMigName } from "../gpu/mig.ts";
import {
  entryOf,
  isNull,
  itemsOf,
  type MapNode,
  nodeAt,
  numberOf,
  type SyntaxNode,
  textOf,
} from "../syntax/node.ts";
import { type EmbeddedProblem, unknownKeys } from "./embeddedProblem.ts";

const READER = "The device plugin";
const SHARING = ["timeSlicing", "mps"];
const REPLICATED = ["renameByDefault", "failRequestsGreaterThanOne", "resources"];
const RESOURCE = ["name", "rename", "devices", "replicas"];
const STRATEGIES = ["none", "single", "mixed"];

/** True for a tree that is such a configuration. */
export function isDevicePluginConfig(root: SyntaxNode): boolean {
  const sharing = nodeAt(root, "sharing");
  const shares =
    sharing?.kind === "map" && sharing.entries.some(({ key }) => /^(?:time-?slic|mps)/i.test(key.text));
  return shares || nodeAt(root, "flags", "migStrategy") !== undefined;
}

export function* devicePluginProblems(root: SyntaxNode): Iterable<EmbeddedProblem> {
  const version = nodeAt(root, "version");
  if (version && !isNull(version) && textOf(version) !== "v1")
    yield { at: version, message: `${READER} reads version v1 only.`, replacement: "v1" };
  const strategy = nodeAt(root, "flags", "migStrategy");
  if (strategy && !isNull(strategy) && !STRATEGIES.includes(textOf(strategy) ?? ""))
    yield { at: strategy, message: `${READER} stops at this MIG strategy: it is none, single or mixed.` };
  const sharing = nodeAt(root, "sharing");
  if (sharing?.kind !== "map") return;
  // These two are found whatever the case of their letters.
  for (const problem of unknownKeys(sharing, SHARING, READER))
    if (!SHARING.some((name) => name.toLowerCase() === textAt(sharing, problem).toLowerCase())) yield problem;
  const [timeSlicing, mps] = [entryOf(sharing, "timeSlicing"), entryOf(sharing, "mps")];
  if (mps && sharesSomething(timeSlicing?.value) && sharesSomething(mps.value))
    yield {
      at: mps.key,
      message: "A node's GPUs are shared by time-slicing or by MPS, not by both: keep one of the two.",
    };
  if (mps && sharesSomething(mps.value) && strategy && textOf(strategy) === "mixed")
    yield { at: strategy, message: `${READER} refuses the MIG strategy "mixed" together with MPS.` };
  const context = { strategy: textOf(strategy), renamed: nodeAt(root, "resources") !== undefined };
  if (timeSlicing?.value.kind === "map")
    yield* replicated(timeSlicing.key, timeSlicing.value, "timeSlicing", context);
  if (mps?.value.kind === "map") yield* replicated(mps.key, mps.value, "mps", context);
}

interface Context {
  /** The MIG strategy, where it is written. */
  readonly strategy: string | undefined;
  /** The configuration has names of its own for GPUs. */
  readonly renamed: boolean;
}

function textAt(map: MapNode, { at }: EmbeddedProblem): string {
  return map.entries.find(({ key }) => key.start === at.start)?.key.text ?? "";
}

function sharesSomething(node: SyntaxNode | undefined): boolean {
  return itemsOf(nodeAt(node, "resources")).length > 0;
}

function* replicated(
  key: SyntaxNode,
  map: MapNode,
  way: "timeSlicing" | "mps",
  context: Context,
): Iterable<EmbeddedProblem> {
  yield* unknownKeys(map, REPLICATED, READER);
  const resources = entryOf(map, "resources");
  if (!resources) {
    yield {
      at: key,
      message: `${READER} refuses ${textOf(key)} without resources: name what is shared, and how often.`,
    };
    return;
  }
  for (const item of itemsOf(resources.value)) {
    if (item.kind !== "map") continue;
    yield* unknownKeys(item, RESOURCE, READER);
    const name = entryOf(item, "name");
    if (!name) yield { at: item, message: `${READER} refuses a shared resource without a name.` };
    else if (!context.renamed) yield* nameProblems(name.value, way, context);
    const replicas = entryOf(item, "replicas");
    if (!replicas) {
      yield { at: item, message: `${READER} refuses a shared resource without replicas.` };
      continue;
    }
    const count = numberOf(replicas.value);
    if (count !== undefined && count < 2)
      yield {
        at: replicas.value,
        message: `${READER} refuses fewer than 2 replicas: leave the resource out if it is not to be shared.`,
      };
  }
}

function* nameProblems(
  node: SyntaxNode,
  way: "timeSlicing" | "mps",
  { strategy }: Context,
): Iterable<EmbeddedProblem> {
  const full = textOf(node);
  if (full === undefined) return;
  const name = full.replace(/^nvidia\.com\//, "");
  if (name.includes("/")) {
    yield {
      at: node,
      message: `${READER} of NVIDIA shares nvidia.com/gpu and nvidia.com/mig-…, not ${full}.`,
    };
    return;
  }
  if (name === "gpu") return;
  const profile = /^mig-(.*)$/.exec(name)?.[1];
  if (profile === undefined) {
    yield {
      at: node,
      severity: "warning",
      message: `There is no resource ${full} to share: it is nvidia.com/gpu, or nvidia.com/mig-… with the strategy "mixed".`,
      ...(name === "gpu.shared" || name === "gpus" ? { replacement: "nvidia.com/gpu" } : {}),
    };
    return;
  }
  if (way === "mps") {
    yield {
      at: node,
      message: "MPS can't share MIG slices: share them by timeSlicing, or whole GPUs by MPS.",
    };
    return;
  }
  const judged = judgeMigName(profile);
  if (judged.kind === "unknown")
    yield {
      at: node,
      severity: "warning",
      message: `No GPU has a MIG profile ${profile}${or(judged.nearby)}.`,
    };
  else if (judged.kind === "plus")
    yield {
      at: node,
      severity: "warning",
      message: `The resource of ${profile} is called mig-${judged.corrected}.`,
      replacement: full.replaceAll("+", "."),
    };
  else if (strategy === "none" || strategy === "single")
    yield {
      at: node,
      severity: "warning",
      message: `With the MIG strategy "${strategy}" there is no resource ${full}: it needs "mixed".`,
    };
}

function or(nearby: readonly string[]): string {
  return nearby.length === 0 ? "" : `; the nearest are ${nearby.join(", ")}`;
}
