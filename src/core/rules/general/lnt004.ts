// LNT004: a mount of a volume that the pod does not have.
import { podTemplates } from "../../kube/podTemplates.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import { nearest } from "../../syntax/nearest.ts";
import { isNull, itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt004: Rule = {
  id: "LNT004",
  title: "A mounted volume must be one of the pod's",
  severity: "error",
  why: "The API server refuses a pod whose container mounts a volume that spec.volumes does not have.",
  source: "https://kubernetes.io/docs/concepts/storage/volumes/#background",
  appliesTo: "object",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      volumeMounts:
        - name: data
          mountPath: /data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: data
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      volumeMounts:
        - name: «dat»
          mountPath: /data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: data
`,
  *check(object, text) {
    // Operators add volumes of their own to the pods that they make.
    if (!["", "apps", "batch"].includes(object.group)) return;
    const claims = itemsOf(nodeAt(object.root, "spec", "volumeClaimTemplates")).map((claim) =>
      nodeAt(claim, "metadata", "name"),
    );
    for (const pod of podTemplates(object)) {
      if (pod.partial) continue;
      const volumes = itemsOf(nodeAt(pod.spec, "volumes")).map((volume) => nodeAt(volume, "name"));
      const names = [...claims, ...volumes].flatMap((node) => textOf(node) ?? []);
      for (const container of pod.containers)
        for (const list of ["volumeMounts", "volumeDevices"])
          for (const mount of itemsOf(nodeAt(container.node, list))) {
            const at = nodeAt(mount, "name");
            const name = textOf(at);
            if (!at || isNull(at) || name === undefined || names.includes(name) || /[$<>{%@]/.test(name))
              continue;
            const meant = nearest(name, names);
            yield {
              at,
              message: `The pod has no volume "${name}"${meant ? `; "${meant}" may be meant` : ""}: the API server refuses the ${object.kind}.`,
              fixes: meant ? [{ title: `Change to ${meant}`, edits: [replaceScalar(text, at, meant)] }] : [],
            };
          }
    }
  },
};
