// SRV002: a model server that is killed while its model loads.
import type { PodContainer } from "../../kube/podTemplates.ts";
import { modelServerOf } from "../../serving/modelServers.ts";
import { setEntry, type Value, valueOf } from "../../syntax/edit.ts";
import { entryOf, isNull, type MapNode, nodeAt, numberOf, type SyntaxNode } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

/** What the fixes allow for loading: as much as the charts of vLLM's own production stack. */
const GENEROUS_SECONDS = 600;
const HANDLERS = ["httpGet", "tcpSocket", "grpc", "exec"];

export const srv002: Rule = {
  id: "SRV002",
  title: "A model server needs time to start before it is probed for life",
  severity: "warning",
  why: "A liveness or startup probe that gives up sooner than the model is loaded restarts the server, which begins to load again: it never gets ready. A startup probe holds the liveness probe back until the server has started.",
  source:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes",
  appliesTo: "pod",
  good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  selector:
    matchLabels: {app: llm}
  template:
    metadata:
      labels: {app: llm}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          startupProbe:
            httpGet: {path: /health, port: 8000}
            periodSeconds: 10
            failureThreshold: 60
          livenessProbe:
            httpGet: {path: /health, port: 8000}
          readinessProbe:
            httpGet: {path: /v1/models, port: 8000}
`,
  bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  selector:
    matchLabels: {app: llm}
  template:
    metadata:
      labels: {app: llm}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          «livenessProbe»:
            httpGet: {path: /health, port: 8000}
            periodSeconds: 10
`,
  *check(pod, text) {
    if (pod.partial || pod.life === "batch") return;
    for (const container of pod.containers) {
      const server = modelServerOf(container);
      if (!server) continue;
      const startup = nodeAt(container.node, "startupProbe");
      if (startup?.kind === "map")
        yield* shortStartup(startup, container, server.name, server.loadSeconds, text);
      else if (isNull(startup)) yield* liveness(container, server.name, server.loadSeconds, text);
    }
  },
};

function* shortStartup(
  probe: MapNode,
  container: PodContainer,
  name: string,
  needed: number,
  text: string,
): Iterable<Problem> {
  const budget = budgetSeconds(probe);
  const entry = entryOf(container.node, "startupProbe");
  if (budget === undefined || budget >= needed || !entry) return;
  const period = numberOr(nodeAt(probe, "periodSeconds"), 10) ?? 10;
  const threshold = Math.ceil(GENEROUS_SECONDS / Math.max(1, period));
  yield {
    at: nodeAt(probe, "failureThreshold") ?? entry.key,
    message: `${name} is restarted when it has not started within ${budget} seconds; loading a model can take ${needed} seconds and more.`,
    fixes: [
      {
        title: `Allow ${threshold * period} seconds`,
        edits: [setEntry(text, probe, "failureThreshold", threshold)],
      },
    ],
  };
}

function* liveness(container: PodContainer, name: string, needed: number, text: string): Iterable<Problem> {
  const entry = entryOf(container.node, "livenessProbe");
  if (entry?.value.kind !== "map") return;
  const budget = budgetSeconds(entry.value);
  if (budget === undefined || budget >= needed) return;
  const handler = entry.value.entries.find((inner) => HANDLERS.includes(inner.key.text));
  const probe: Record<string, Value> = { periodSeconds: 10, failureThreshold: GENEROUS_SECONDS / 10 };
  yield {
    at: entry.key,
    message: `Without a startupProbe the liveness probe restarts ${name} after ${budget} seconds, while its model may still be loading.`,
    fixes: handler
      ? [
          {
            title: `Add a startup probe that allows ${GENEROUS_SECONDS} seconds`,
            edits: [
              setEntry(text, container.node, "startupProbe", {
                [handler.key.text]: valueOf(handler.value),
                ...probe,
              }),
            ],
          },
        ]
      : [],
  };
}

/** Seconds until the probe gives up on a container that never answers; undefined when it cannot be told. */
function budgetSeconds(probe: MapNode): number | undefined {
  const delay = numberOr(nodeAt(probe, "initialDelaySeconds"), 0);
  const period = numberOr(nodeAt(probe, "periodSeconds"), 10);
  const threshold = numberOr(nodeAt(probe, "failureThreshold"), 3);
  if (delay === undefined || period === undefined || threshold === undefined) return undefined;
  return delay + period * threshold;
}

function numberOr(node: SyntaxNode | undefined, absent: number): number | undefined {
  return isNull(node) ? absent : numberOf(node);
}
