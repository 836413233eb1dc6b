// Rollout of Argo Rollouts.
import type { OwnKind } from "../ownKind.ts";
import { blueGreen, canary } from "../shapes/rollout.ts";

export const rollout: OwnKind = {
  group: "argoproj.io",
  versions: ["v1alpha1"],
  kind: "Rollout",
  source: "https://github.com/argoproj/argo-rollouts/tree/v1.8.5/manifests/crds",
  fields: {
    "spec!": {
      analysis: { successfulRunHistoryLimit: "whole", unsuccessfulRunHistoryLimit: "whole" },
      minReadySeconds: "whole",
      paused: "flag",
      progressDeadlineAbort: "flag",
      progressDeadlineSeconds: "whole",
      replicas: "whole",
      restartAt: "text",
      revisionHistoryLimit: "whole",
      rollbackWindow: { revisions: "whole" },
      selector: "@meta.v1.LabelSelector",
      strategy: { blueGreen, canary },
      template: "@core.v1.PodTemplateSpec",
      workloadRef: {
        apiVersion: "text",
        kind: "text",
        name: "text",
        scaleDown: "never|onsuccess|progressively",
      },
    },
  },
};
