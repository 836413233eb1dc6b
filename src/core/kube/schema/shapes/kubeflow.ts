// What the jobs of Kubeflow's training operator share.
import type { Shape } from "../ownKind.ts";

export const runPolicy: Shape = {
  activeDeadlineSeconds: "whole",
  backoffLimit: "whole",
  cleanPodPolicy: "All|Running|None",
  managedBy: "text",
  suspend: "flag",
  ttlSecondsAfterFinished: "whole",
  schedulingPolicy: {
    minAvailable: "whole",
    minResources: { "*": "quantity" },
    priorityClass: "text",
    queue: "text",
    scheduleTimeoutSeconds: "whole",
  },
};

/** By role, such as Master and Worker. */
export const replicaSpecs: Shape = {
  "*": {
    replicas: "whole",
    restartPolicy: "Always|OnFailure|Never|ExitCode",
    template: "@core.v1.PodTemplateSpec",
  },
};

export const elasticPolicy: Shape = {
  maxReplicas: "whole",
  maxRestarts: "whole",
  metrics: ["@autoscaling.v2.MetricSpec"],
  minReplicas: "whole",
  nProcPerNode: "whole",
  rdzvBackend: "text",
  rdzvConf: [{ key: "text", value: "text" }],
  rdzvHost: "text",
  rdzvId: "text",
  rdzvPort: "whole",
  standalone: "flag",
};
