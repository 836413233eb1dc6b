// The spec of a JobSet, which training runtimes hold as a template.
import type { Shape } from "../ownKind.ts";

export const jobSetSpec: Shape = {
  coordinator: { jobIndex: "whole", podIndex: "whole", "replicatedJob!": "text" },
  failurePolicy: {
    maxRestarts: "whole",
    restartStrategy: "text",
    rules: [
      {
        "action!": "text",
        name: "text",
        onJobFailureMessagePatterns: ["text"],
        onJobFailureReasons: ["text"],
        targetReplicatedJobs: ["text"],
      },
    ],
  },
  managedBy: "text",
  network: { enableDNSHostnames: "flag", publishNotReadyAddresses: "flag", subdomain: "text" },
  replicatedJobs: [
    {
      dependsOn: [{ "name!": "text", "status!": "Ready|Complete" }],
      groupName: "text",
      "name!": "text",
      replicas: "whole",
      "template!": "@batch.v1.JobTemplateSpec",
    },
  ],
  startupPolicy: { "startupPolicyOrder!": "AnyOrder|InOrder" },
  successPolicy: { "operator!": "All|Any", targetReplicatedJobs: ["text"] },
  suspend: "flag",
  ttlSecondsAfterFinished: "whole",
  volumeClaimPolicies: "any",
};
