// Experiment of Katib.
import type { OwnKind } from "../ownKind.ts";

export const experiment: OwnKind = {
  group: "kubeflow.org",
  versions: ["v1beta1"],
  kind: "Experiment",
  source: "https://github.com/kubeflow/katib/tree/v0.19.0/pkg/apis/controller/experiments/v1beta1",
  fields: {
    "spec!": {
      algorithm: { algorithmName: "text", algorithmSettings: [{ name: "text", value: "text" }] },
      earlyStopping: { algorithmName: "text", algorithmSettings: [{ name: "text", value: "text" }] },
      maxFailedTrialCount: "whole",
      maxTrialCount: "whole",
      metricsCollectorSpec: "any",
      nasConfig: "any",
      objective: {
        additionalMetricNames: ["text"],
        goal: "number",
        metricStrategies: [{ name: "text", value: "min|max|latest" }],
        objectiveMetricName: "text",
        type: "minimize|maximize",
      },
      parallelTrialCount: "whole",
      parameters: [
        {
          feasibleSpace: {
            distribution: "text",
            list: ["text"],
            max: "text",
            min: "text",
            step: "text",
          },
          name: "text",
          parameterType: "double|int|discrete|categorical",
        },
      ],
      resumePolicy: "Never|LongRunning|FromVolume",
      trialTemplate: {
        configMap: { configMapName: "text", configMapNamespace: "text", templatePath: "text" },
        failureCondition: "text",
        primaryContainerName: "text",
        primaryPodLabels: { "*": "text" },
        retain: "flag",
        successCondition: "text",
        trialParameters: [{ description: "text", name: "text", reference: "text" }],
        trialSpec: "any",
      },
    },
  },
};
