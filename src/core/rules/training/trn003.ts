// TRN003: a queue of Kueue that is not there, or that can never give so much.
import { containerResources, summed } from "../../kube/live/podResources.ts";
import { queueNode } from "../../kube/live/references.ts";
import { thousandthsText } from "../../kube/live/thousandths.ts";
import { wantsQueue } from "../../kube/live/wanted.ts";
import { nearest } from "../../syntax/nearest.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import { spanOf } from "../../syntax/lines.ts";
import { textOf } from "../../syntax/node.ts";
import { hasAccelerators } from "../../gpu/podGpus.ts";
import { nameSpan } from "../../kube/live/refusal.ts";
import { exampleCluster } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const trn003: Rule = {
  id: "TRN003",
  title: "A job names a queue of Kueue that is there and gives enough",
  severity: "warning",
  why: "Kueue leaves a job suspended whose LocalQueue is not in the namespace, and one that asks for more than its ClusterQueue has. A job without a queue goes past all others, where there are queues.",
  source: "https://kueue.sigs.k8s.io/docs/tasks/run/jobs/",
  appliesTo: "cluster",
  cluster: exampleCluster({
    namespaces: {
      default: {
        names: {},
        queues: { value: [{ name: "research", clusterQueue: "all", most: { "nvidia.com/gpu": 8_000 } }] },
      },
    },
  }),
  good: `apiVersion: batch/v1
kind: Job
metadata:
  name: train
  labels:
    kueue.x-k8s.io/queue-name: research
spec:
  suspend: true
  activeDeadlineSeconds: 3600
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: registry.example/train:1
          resources:
            requests:
              cpu: 8
              memory: 64Gi
            limits:
              memory: 64Gi
              nvidia.com/gpu: 1
`,
  bad: `apiVersion: batch/v1
kind: Job
metadata:
  name: train
  labels:
    kueue.x-k8s.io/queue-name: «reserach»
spec:
  suspend: true
  activeDeadlineSeconds: 3600
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: registry.example/train:1
          resources:
            requests:
              cpu: 8
              memory: 64Gi
            limits:
              memory: 64Gi
              nvidia.com/gpu: 1
`,
  *check(object, cluster) {
    const known = cluster.namespace(object)?.queues;
    if (!known || "why" in known) return;
    const queues = "value" in known ? known.value : [];
    const node = queueNode(object);
    const name = textOf(node);
    const place = `namespace ${cluster.namespaceOf(object)}`;
    if (!node || name === undefined) {
      // A queue of this name takes what names none.
      const open = queues.length > 0 && !queues.some((queue) => queue.name === "default");
      if (!open || !wantsQueue(object) || !object.pods.some(hasAccelerators)) return;
      const names = queues.map((queue) => queue.name).join(", ");
      const message = `The ${object.object.kind} names no queue of Kueue and goes past those of ${place} (${names}): set the label kueue.x-k8s.io/queue-name.`;
      yield { at: nameSpan(object), severity: "information", message };
      return;
    }
    if ("absent" in known) {
      yield {
        at: spanOf(node),
        message: `${cluster.facts.context} has no Kueue, so nothing reads the queue ${name}.`,
      };
      return;
    }
    const queue = queues.find((one) => one.name === name);
    if (!queue) {
      if (cluster.set.own.some(({ facts }) => facts.kind === "LocalQueue" && facts.name === name)) return;
      const names = queues.map((one) => one.name);
      const meant = nearest(name, names);
      yield {
        at: spanOf(node),
        message: `There is no LocalQueue ${name} in ${place}; ${names.length === 0 ? "it has none" : `it has ${names.join(", ")}`}.`,
        fixes:
          meant === undefined
            ? []
            : [{ title: `Change to ${meant}`, edits: [replaceScalar(object.text, node, meant)] }],
      };
      return;
    }
    if (!queue.most) return;
    for (const { pod, copies } of cluster.podsOf(object)) {
      const requests = summed(containerResources(pod, []) ?? [], "requests");
      for (const [resource, amount] of Object.entries(requests)) {
        const most = queue.most[resource];
        if (most === undefined || amount * copies <= most) continue;
        const text = (value: number) => `${thousandthsText(resource, value)} ${resource}`;
        yield {
          at: spanOf(node),
          message: `The queue ${name} never gives ${text(amount * copies)}: its ClusterQueue ${queue.clusterQueue} has ${text(most)}.`,
        };
      }
    }
  },
};
