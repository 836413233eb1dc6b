// LeaderWorkerSet of the Kubernetes project.
import type { OwnKind } from "../ownKind.ts";

export const leaderWorkerSet: OwnKind = {
  group: "leaderworkerset.x-k8s.io",
  versions: ["v1"],
  kind: "LeaderWorkerSet",
  source: "https://github.com/kubernetes-sigs/lws/tree/v0.8.0/config/crd/bases",
  fields: {
    "spec!": {
      "leaderWorkerTemplate!": {
        leaderTemplate: "@core.v1.PodTemplateSpec",
        persistentVolumeClaimRetentionPolicy: "any",
        restartPolicy: "text",
        size: "whole",
        subGroupPolicy: "any",
        volumeClaimTemplates: ["@core.v1.PersistentVolumeClaim"],
        "workerTemplate!": "@core.v1.PodTemplateSpec",
      },
      networkConfig: { subdomainPolicy: "text" },
      replicas: "whole",
      rolloutStrategy: {
        rollingUpdateConfiguration: { maxSurge: "either", maxUnavailable: "either", partition: "whole" },
        type: "text",
      },
      startupPolicy: "LeaderCreated|LeaderReady",
    },
  },
};
