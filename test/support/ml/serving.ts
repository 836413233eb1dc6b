// Serving models: objects with a status as their operator writes it, and the row that each comes to.
import { condition, type MlExample, template } from "./example.ts";

export const serving: readonly MlExample[] = [
  {
    kind: "serving.kserve.io InferenceService",
    apiVersion: "serving.kserve.io/v1beta1",
    spec: { predictor: { canaryTrafficPercent: 20, model: { modelFormat: { name: "sklearn" } } } },
    status: {
      url: "http://iris.ml.example.com",
      conditions: [condition("PredictorReady", "True"), condition("Ready", "True")],
      modelStatus: {
        transitionStatus: "UpToDate",
        states: { activeModelState: "Loaded", targetModelState: "Loaded" },
      },
    },
    row: "ok: Ready · Model Loaded · Canary 20 % · URL http://iris.ml.example.com",
  },
  {
    kind: "serving.kserve.io InferenceService",
    apiVersion: "serving.kserve.io/v1beta1",
    spec: { predictor: { model: { modelFormat: { name: "huggingface" } } } },
    status: {
      conditions: [condition("Ready", "True")],
      modelStatus: {
        transitionStatus: "BlockedByFailedLoad",
        states: { activeModelState: "Loaded", targetModelState: "FailedToLoad" },
        lastFailureInfo: { reason: "ModelLoadFailed", message: "CUDA out of memory", exitCode: 1 },
      },
    },
    row: "error: ModelLoadFailed · Model Loaded · CUDA out of memory",
  },
  {
    kind: "serving.kserve.io InferenceService",
    apiVersion: "serving.kserve.io/v1beta1",
    spec: { predictor: { model: { modelFormat: { name: "sklearn" } } } },
    status: {
      conditions: [
        condition("IngressReady", "False", "Predictor is not ready"),
        condition(
          "PredictorReady",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.",
        ),
        condition("Ready", "False", "MinimumReplicasUnavailable"),
      ],
    },
    row: "warning: MinimumReplicasUnavailable · Deployment does not have minimum availability.",
  },
  {
    kind: "serving.kserve.io LLMInferenceService",
    apiVersion: "serving.kserve.io/v1alpha2",
    spec: { model: { uri: "hf://meta-llama/Llama-3.1-8B-Instruct", name: "llama" } },
    status: {
      conditions: [
        condition("MainWorkloadReady", "False", "MinimumReplicasUnavailable", "Waiting for 2 pods"),
        condition("Ready", "False", "MinimumReplicasUnavailable"),
      ],
    },
    row: "warning: MinimumReplicasUnavailable · Model llama · Waiting for 2 pods",
  },
  {
    kind: "serving.kserve.io ServingRuntime",
    apiVersion: "serving.kserve.io/v1alpha1",
    spec: {
      containers: [{ name: "kserve-container", image: "example.com/server:1" }],
      supportedModelFormats: [{ name: "sklearn" }, { name: "xgboost" }],
    },
    status: {},
    row: "unknown: Formats sklearn, xgboost",
  },
  {
    kind: "ray.io RayService",
    apiVersion: "ray.io/v1",
    spec: { rayClusterConfig: { headGroupSpec: { rayStartParams: {}, template } } },
    status: {
      numServeEndpoints: 1,
      conditions: [condition("Ready", "True"), condition("UpgradeInProgress", "False")],
      activeServiceStatus: {
        rayClusterName: "serve-abcde",
        applicationStatuses: {
          llm: { status: "DEPLOY_FAILED", message: "The deployment failed to start 3 times." },
        },
      },
    },
    row: "error: llm DEPLOY_FAILED · Endpoints 1 · The deployment failed to start 3 times.",
  },
  {
    kind: "serving.knative.dev Service",
    apiVersion: "serving.knative.dev/v1",
    spec: { template: { spec: { containers: [{ image: "example.com/app:1" }] } } },
    status: {
      url: "http://app.ml.example.com",
      latestCreatedRevisionName: "app-00002",
      latestReadyRevisionName: "app-00001",
      conditions: [
        condition(
          "ConfigurationsReady",
          "False",
          "RevisionFailed",
          'Revision "app-00002" failed with message: image not found.',
        ),
        condition("Ready", "False", "RevisionFailed"),
        condition("RoutesReady", "True"),
      ],
    },
    row: 'error: RevisionFailed · Serves app-00001 · URL http://app.ml.example.com · Revision "app-00002" failed with message: image not found.',
  },
  {
    kind: "serving.knative.dev Revision",
    apiVersion: "serving.knative.dev/v1",
    spec: { containers: [{ image: "example.com/app:1" }] },
    status: {
      actualReplicas: 0,
      desiredReplicas: 0,
      conditions: [
        condition("Active", "False", "NoTraffic", "The target is not receiving traffic."),
        condition("Ready", "True"),
      ],
    },
    row: "done: scaled to zero · Pods 0/0 · The target is not receiving traffic.",
  },
  {
    kind: "argoproj.io Rollout",
    apiVersion: "argoproj.io/v1alpha1",
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: "llm" } },
      template: { metadata: { labels: { app: "llm" } }, ...template },
      strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }] } },
    },
    status: {
      phase: "Paused",
      message: "CanaryPauseStep",
      readyReplicas: 4,
      currentStepIndex: 1,
      pauseConditions: [{ reason: "CanaryPauseStep", startTime: "2026-11-24T00:00:00Z" }],
    },
    row: "warning: Paused · Pods 4/4 ready · Step 2/3 · CanaryPauseStep",
  },
  {
    kind: "argoproj.io AnalysisRun",
    apiVersion: "argoproj.io/v1alpha1",
    spec: { metrics: [{ name: "latency", provider: {} }] },
    status: {
      phase: "Failed",
      metricResults: [
        { name: "latency", phase: "Failed", message: "assessed Failed due to failed (3) > failureLimit (2)" },
      ],
    },
    row: "error: Failed · Metric latency · assessed Failed due to failed (3) > failureLimit (2)",
  },
  {
    kind: "keda.sh ScaledObject",
    apiVersion: "keda.sh/v1alpha1",
    spec: { scaleTargetRef: { name: "llm" }, triggers: [{ type: "prometheus", metadata: {} }] },
    status: {
      conditions: [
        condition(
          "Ready",
          "False",
          "TriggerError",
          "Triggers defined in ScaledObject are not working correctly",
        ),
        condition("Active", "Unknown"),
      ],
    },
    row: "error: TriggerError · Scales llm · By prometheus · Triggers defined in ScaledObject are not working correctly",
  },
  {
    kind: "machinelearning.seldon.io SeldonDeployment",
    apiVersion: "machinelearning.seldon.io/v1",
    spec: {},
    status: { state: "Failed", description: "Deployment has exceeded its progress deadline" },
    row: "error: Failed · Deployment has exceeded its progress deadline",
  },
];
