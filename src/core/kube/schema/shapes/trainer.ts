// The spec of a TrainingRuntime and of a ClusterTrainingRuntime.
import type { Shape } from "../ownKind.ts";
import { jobSetSpec } from "./jobSet.ts";

export const trainingRuntimeSpec: Shape = {
  mlPolicy: {
    jax: "any",
    mpi: {
      mpiImplementation: "text",
      numProcPerNode: "whole",
      runLauncherAsNode: "flag",
      sshAuthMountPath: "text",
    },
    numNodes: "whole",
    torch: {
      elasticPolicy: {
        maxNodes: "whole",
        maxRestarts: "whole",
        metrics: ["@autoscaling.v2.MetricSpec"],
        minNodes: "whole",
      },
      numProcPerNode: "either",
    },
  },
  podGroupPolicy: "any",
  "template!": { metadata: "@meta.v1.ObjectMeta", spec: jobSetSpec },
};
