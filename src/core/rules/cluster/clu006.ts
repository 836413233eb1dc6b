// CLU006: a class that the cluster does not have.
import { liveReferences } from "../../kube/live/references.ts";
import { isWide } from "../../kube/live/wanted.ts";
import { missingProblem } from "../liveCluster.ts";
import { exampleCluster } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const clu006: Rule = {
  id: "CLU006",
  title: "The cluster has the class that is named",
  severity: "warning",
  why: "A claim of a StorageClass or DeviceClass that is not there waits for ever, and an Ingress of an unknown class is served by nobody; a pod with an unknown PriorityClass is refused.",
  source: "https://kubernetes.io/docs/concepts/storage/storage-classes/",
  appliesTo: "cluster",
  cluster: exampleCluster({
    names: { StorageClass: { value: ["standard", "fast"] } },
  }),
  good: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
`,
  bad: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: «fats»
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
`,
  *check(object, cluster) {
    for (const reference of liveReferences(object)) {
      if (!isWide(reference.kind) || reference.kind === "RuntimeClass") continue;
      const severity = reference.kind === "PriorityClass" ? "error" : "warning";
      // What the server refuses it has said itself.
      if (severity === "error" && cluster.isRefused(object)) continue;
      const problem = missingProblem(reference, object, cluster, `of ${cluster.facts.context}`);
      if (problem) yield { ...problem, severity };
    }
  },
};
