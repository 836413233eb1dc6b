// ResourceFlavor of Kueue.
import type { OwnKind } from "../ownKind.ts";

export const resourceFlavor: OwnKind = {
  group: "kueue.x-k8s.io",
  versions: ["v1beta2", "v1beta1"],
  kind: "ResourceFlavor",
  source: "https://github.com/kubernetes-sigs/kueue/tree/v0.17.0/config/components/crd/bases",
  fields: {
    spec: {
      nodeLabels: { "*": "text" },
      nodeTaints: ["@core.v1.Taint"],
      tolerations: ["@core.v1.Toleration"],
      topologyName: "text",
    },
  },
};
