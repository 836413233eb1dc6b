// SRV010: an autoscaler that looks at the CPU of pods that work on GPUs.
import { groupOf } from "../../kube/apiVersion.ts";
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const srv010: Rule = {
  id: "SRV010",
  title: "A GPU server is scaled by requests or GPU use, not by CPU",
  severity: "warning",
  why: "The resource metrics of an autoscaler are cpu and memory alone: another name never gives a value. A server whose GPU is busy may use hardly any CPU, so it is never scaled. Scale by a Pods or External metric, such as waiting requests or DCGM's GPU utilisation.",
  source:
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#scaling-on-custom-metrics",
  appliesTo: "set",
  good: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: llm
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: llm
  minReplicas: 1
  maxReplicas: 4
  metrics:
    - type: Pods
      pods:
        metric:
          name: vllm_num_requests_waiting
        target:
          type: AverageValue
          averageValue: "5"
`,
  bad: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: llm
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: llm
  minReplicas: 1
  maxReplicas: 4
  metrics:
    - type: Resource
      resource:
        name: «nvidia.com/gpu»
        target:
          type: Utilization
          averageUtilization: 80
`,
  *check({ object }, set) {
    if (object.kind !== "HorizontalPodAutoscaler" || object.group !== "autoscaling") return;
    const spec = nodeAt(object.root, "spec");
    const metrics = itemsOf(nodeAt(spec, "metrics"));
    let resources = 0;
    for (const metric of metrics) {
      const name = nodeAt(metric, "resource", "name") ?? nodeAt(metric, "containerResource", "name");
      if (!name) continue;
      if (/^(?:cpu|memory)$/.test(textOf(name) ?? "")) resources++;
      else
        yield {
          at: name,
          message: `The metrics server knows cpu and memory only, so this autoscaler never gets a value for ${textOf(name)}. Use a Pods or External metric, such as DCGM_FI_DEV_GPU_UTIL.`,
        };
    }
    const target = nodeAt(spec, "scaleTargetRef");
    const [apiVersion, kind, name] = ["apiVersion", "kind", "name"].map((key) => textOf(nodeAt(target, key)));
    const only = nodeAt(metrics[0], "resource", "name");
    if (resources === 0 || resources < metrics.length || !only || kind === undefined || name === undefined)
      return;
    const scaled = set.nearNamed(groupOf(apiVersion ?? ""), kind, name, object.namespace);
    if (!scaled?.hasAccelerators) return;
    yield {
      at: only,
      message: `${kind} ${name} works on GPUs, which may be busy while its ${textOf(only)} is not: scale it by waiting requests or GPU utilisation (a Pods or External metric).`,
    };
  },
};
