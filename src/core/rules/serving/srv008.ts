// SRV008: an update that waits for GPUs that the old pods hold.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { podTemplates } from "../../kube/podTemplates.ts";
import { setEntry } from "../../syntax/edit.ts";
import { entryOf, isNull, type MapNode, nodeAt, numberOf, textOf } from "../../syntax/node.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const srv008: Rule = {
  id: "SRV008",
  title: "A GPU Deployment is updated without spare GPUs",
  severity: "information",
  why: "A rolling update starts a new pod before it stops an old one. Where no GPU is free the new pod stays Pending and the old one stays, and the update never ends. maxSurge: 0 or Recreate frees the GPU first.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge",
  appliesTo: "object",
  good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: classifier
spec:
  replicas: 2
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 1
  selector:
    matchLabels: {app: classifier}
  template:
    metadata:
      labels: {app: classifier}
    spec:
      containers:
        - name: classifier
          image: registry.example/classifier:1
          resources:
            limits:
              nvidia.com/gpu: 1
`,
  bad: `apiVersion: apps/v1
kind: «Deployment»
metadata:
  name: classifier
spec:
  replicas: 2
  selector:
    matchLabels: {app: classifier}
  template:
    metadata:
      labels: {app: classifier}
    spec:
      containers:
        - name: classifier
          image: registry.example/classifier:1
          resources:
            limits:
              nvidia.com/gpu: 1
`,
  *check(object, text) {
    if (object.kind !== "Deployment" || object.group !== "apps") return;
    const spec = nodeAt(object.root, "spec");
    const kind = entryOf(object.root, "kind");
    if (spec?.kind !== "map" || !kind || numberOf(nodeAt(spec, "replicas")) === 0) return;
    const strategy = nodeAt(spec, "strategy");
    if (textOf(nodeAt(strategy, "type")) === "Recreate") return;
    const surge = nodeAt(strategy, "rollingUpdate", "maxSurge");
    if (!isNull(surge) && /^0+%?$/.test(textOf(surge) ?? "")) return;
    const pods = podTemplates(object);
    const containers = pods.flatMap((pod) => pod.containers.filter(({ init }) => !init));
    const gpus = Math.ceil(containers.reduce((sum, one) => sum + acceleratorsOf(one), 0));
    if (gpus === 0 || pods.some(({ partial }) => partial)) return;
    yield {
      at: surge && !isNull(surge) ? surge : (entryOf(spec, "strategy")?.key ?? kind.value),
      message: `An update starts a new pod beside the old ones, and needs ${gpus} free GPU${gpus === 1 ? "" : "s"} for it; where there are none it never ends. Set maxSurge: 0, or use Recreate.`,
      fixes: fixesFor(spec, text),
    };
  },
};

function fixesFor(spec: MapNode, text: string): ProblemFix[] {
  const strategy = nodeAt(spec, "strategy");
  const rolling = nodeAt(strategy, "rollingUpdate");
  const freeing = { maxSurge: 0, maxUnavailable: 1 };
  const edits =
    rolling?.kind === "map" && entryOf(rolling, "maxUnavailable")
      ? [setEntry(text, rolling, "maxSurge", 0), setEntry(text, rolling, "maxUnavailable", 1)]
      : rolling?.kind === "map" && entryOf(rolling, "maxSurge")
        ? undefined
        : strategy?.kind === "map"
          ? [setEntry(text, strategy, "rollingUpdate", freeing)]
          : [setEntry(text, spec, "strategy", { rollingUpdate: freeing })];
  const recreate = {
    title: "Stop the old pods first (Recreate)",
    edits: [setEntry(text, spec, "strategy", { type: "Recreate" })],
  };
  return edits
    ? [{ title: "Free a GPU before a new pod starts (maxSurge: 0)", edits }, recreate]
    : [recreate];
}
