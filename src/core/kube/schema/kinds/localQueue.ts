// LocalQueue of Kueue.
import type { OwnKind } from "../ownKind.ts";
import { fairSharing } from "../shapes/kueue.ts";

export const localQueue: OwnKind = {
  group: "kueue.x-k8s.io",
  versions: ["v1beta2", "v1beta1"],
  kind: "LocalQueue",
  source: "https://github.com/kubernetes-sigs/kueue/tree/v0.17.0/config/components/crd/bases",
  fields: { "spec!": { clusterQueue: "text", fairSharing, stopPolicy: "None|Hold|HoldAndDrain" } },
};
