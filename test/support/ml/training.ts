// Training and notebooks: objects with a status as their operator writes it, and the row that each comes to.
import { condition, type MlExample, template } from "./example.ts";

function kubeflow(
  kind: string,
  specs: string,
  container: string,
  roles: Record<string, number>,
): MlExample[] {
  const named = { spec: { containers: [{ ...template.spec.containers[0], name: container }] } };
  const replicas = Object.fromEntries(
    Object.entries(roles).map(([role, count]) => [role, { replicas: count, template: named }]),
  );
  const [first = "", second = first] = Object.keys(roles);
  const base = { kind: `kubeflow.org ${kind}`, apiVersion: "kubeflow.org/v1" };
  const running = `${second} 2/${roles[second] ?? 0} running`;
  return [
    {
      ...base,
      spec: { [specs]: replicas },
      status: {
        conditions: [condition("Created", "True"), condition("Running", "True")],
        replicaStatuses: { [first]: { active: 1 }, [second]: { active: 2 } },
      },
      row: `ok: Running · ${first === second ? running : `${first} 1/${roles[first] ?? 0} running · ${running}`}`,
    },
  ];
}

const pyTorch = { kind: "kubeflow.org PyTorchJob", apiVersion: "kubeflow.org/v1" };
const pyTorchSpec = {
  pytorchReplicaSpecs: {
    Master: { replicas: 1, template },
    Worker: { replicas: 3, template },
  },
};

export const training: readonly MlExample[] = [
  ...kubeflow("TFJob", "tfReplicaSpecs", "tensorflow", { PS: 1, Worker: 2 }),
  ...kubeflow("XGBoostJob", "xgbReplicaSpecs", "xgboost", { Master: 1, Worker: 2 }),
  ...kubeflow("PaddleJob", "paddleReplicaSpecs", "paddle", { Worker: 2 }),
  ...kubeflow("MPIJob", "mpiReplicaSpecs", "mpi", { Launcher: 1, Worker: 4 }),
  ...kubeflow("JAXJob", "jaxReplicaSpecs", "jax", { Worker: 2 }),
  {
    ...pyTorch,
    spec: pyTorchSpec,
    status: {
      conditions: [
        condition("Created", "True"),
        condition("Running", "False"),
        condition(
          "Failed",
          "True",
          "PyTorchJobFailed",
          "PyTorchJob train is failed because 1 Worker replica(s) failed.",
        ),
      ],
      replicaStatuses: { Master: { succeeded: 1 }, Worker: { active: 2, failed: 1 } },
    },
    row: "error: Failed · Master 1/1 done · Worker 2/3 running, 1 failed · PyTorchJob train is failed because 1 Worker replica(s) failed.",
  },
  {
    ...pyTorch,
    spec: { ...pyTorchSpec, runPolicy: { suspend: true } },
    status: { conditions: [condition("Created", "True"), condition("Suspended", "True")] },
    row: "progress: Suspended · Master 0/1 running · Worker 0/3 running",
  },
  {
    ...pyTorch,
    spec: pyTorchSpec,
    status: {
      conditions: [condition("Running", "False"), condition("Succeeded", "True")],
      replicaStatuses: { Master: { succeeded: 1 }, Worker: { succeeded: 3 } },
    },
    row: "done: Succeeded · Master 1/1 done · Worker 3/3 done",
  },
  {
    ...pyTorch,
    spec: pyTorchSpec,
    status: {},
    row: "unknown: no status yet · Master 0/1 running · Worker 0/3 running",
  },
  {
    kind: "trainer.kubeflow.org TrainJob",
    apiVersion: "trainer.kubeflow.org/v1alpha1",
    spec: { runtimeRef: { name: "torch-distributed" } },
    status: { jobsStatus: [{ name: "node", ready: 2, succeeded: 0, failed: 0, active: 2, suspended: 0 }] },
    row: "ok: Running · Runtime torch-distributed · node 2 active, 2 ready",
  },
  {
    kind: "trainer.kubeflow.org TrainJob",
    apiVersion: "trainer.kubeflow.org/v1alpha1",
    spec: { runtimeRef: { name: "torch-distributed" } },
    status: {
      conditions: [condition("Failed", "True", "DeadlineExceeded", "The job ran longer than it may.")],
    },
    row: "error: DeadlineExceeded · Runtime torch-distributed · The job ran longer than it may.",
  },
  {
    kind: "jobset.x-k8s.io JobSet",
    apiVersion: "jobset.x-k8s.io/v1alpha2",
    spec: { replicatedJobs: [{ name: "workers", replicas: 2, template: { spec: { template } } }] },
    status: {
      restarts: 1,
      conditions: [condition("StartupPolicyCompleted", "True")],
      replicatedJobsStatus: [{ name: "workers", ready: 1, succeeded: 0, failed: 1, active: 1, suspended: 0 }],
    },
    row: "ok: Running · workers 1 active, 1 ready, 1 failed · Restarts 1",
  },
  {
    kind: "jobset.x-k8s.io JobSet",
    apiVersion: "jobset.x-k8s.io/v1alpha2",
    spec: { replicatedJobs: [{ name: "workers", template: { spec: { template } } }] },
    status: {
      terminalState: "Failed",
      conditions: [
        condition(
          "Failed",
          "True",
          "ReachedMaxRestarts",
          "jobset failed due to reaching max number of restarts",
        ),
      ],
    },
    row: "error: ReachedMaxRestarts · jobset failed due to reaching max number of restarts",
  },
  {
    kind: "leaderworkerset.x-k8s.io LeaderWorkerSet",
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    spec: { replicas: 2, leaderWorkerTemplate: { size: 4, workerTemplate: template } },
    status: {
      replicas: 2,
      readyReplicas: 1,
      updatedReplicas: 2,
      conditions: [
        condition("Available", "False"),
        condition("Progressing", "True", "GroupsProgressing", "Groups are progressing"),
      ],
    },
    row: "progress: 1/2 groups ready · Group of 4 pods · Groups are progressing",
  },
  {
    kind: "kubeflow.org Notebook",
    apiVersion: "kubeflow.org/v1",
    spec: { template },
    status: { readyReplicas: 1, containerState: { running: {} }, conditions: [] },
    row: "ok: Ready",
  },
  {
    kind: "kubeflow.org Notebook",
    apiVersion: "kubeflow.org/v1",
    spec: { template },
    status: {
      readyReplicas: 0,
      containerState: { waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } },
    },
    row: "error: ImagePullBackOff · Back-off pulling image",
  },
  {
    kind: "kubeflow.org Notebook",
    apiVersion: "kubeflow.org/v1",
    metadata: { annotations: { "kubeflow-resource-stopped": "2026-11-23T20:00:00Z" } },
    spec: { template },
    status: { readyReplicas: 0, containerState: {} },
    row: "done: Stopped",
  },
  {
    kind: "kubeflow.org Experiment",
    apiVersion: "kubeflow.org/v1beta1",
    spec: { maxTrialCount: 12 },
    status: {
      trialsSucceeded: 5,
      trialsRunning: 2,
      conditions: [condition("Created", "True"), condition("Running", "True")],
      currentOptimalTrial: { observation: { metrics: [{ name: "accuracy", latest: "0.98", max: "0.98" }] } },
    },
    row: "ok: Running · Trials 5/12 done, 2 running · Best accuracy 0.98",
  },
  {
    kind: "kubeflow.org Trial",
    apiVersion: "kubeflow.org/v1beta1",
    spec: { parameterAssignments: [{ name: "lr", value: "0.01" }] },
    status: {
      conditions: [
        condition("Running", "False"),
        condition("MetricsUnavailable", "True", "MetricsUnavailable", "Metrics are not available"),
      ],
    },
    row: "error: MetricsUnavailable · Parameters lr=0.01 · Metrics are not available",
  },
  {
    kind: "kubeflow.org Suggestion",
    apiVersion: "kubeflow.org/v1beta1",
    spec: { algorithm: { algorithmName: "tpe" } },
    status: { suggestionCount: 7, conditions: [condition("Running", "True")] },
    row: "ok: Running · Algorithm tpe · Suggested 7",
  },
  {
    kind: "ray.io RayCluster",
    apiVersion: "ray.io/v1",
    spec: { headGroupSpec: { rayStartParams: {}, template } },
    status: {
      state: "ready",
      desiredWorkerReplicas: 2,
      readyWorkerReplicas: 2,
      desiredGPU: "4",
      conditions: [condition("HeadPodReady", "True"), condition("RayClusterProvisioned", "True")],
    },
    row: "ok: ready · Workers 2/2 ready · GPUs 4",
  },
  {
    kind: "ray.io RayCluster",
    apiVersion: "ray.io/v1",
    spec: { headGroupSpec: { rayStartParams: {}, template } },
    status: {
      desiredWorkerReplicas: 2,
      conditions: [
        condition(
          "HeadPodReady",
          "False",
          "ContainersNotReady",
          "containers with unready status: [ray-head]",
        ),
        condition("ReplicaFailure", "True", "FailedCreateWorkerPod", "exceeded quota: gpus"),
      ],
    },
    row: "error: FailedCreateWorkerPod · Workers 0/2 ready · exceeded quota: gpus",
  },
  {
    kind: "ray.io RayJob",
    apiVersion: "ray.io/v1",
    spec: { entrypoint: "python train.py" },
    status: { jobStatus: "RUNNING", jobDeploymentStatus: "Running", rayClusterName: "train-abcde" },
    row: "ok: RUNNING",
  },
  {
    kind: "ray.io RayJob",
    apiVersion: "ray.io/v1",
    spec: { entrypoint: "python train.py" },
    status: {
      jobStatus: "FAILED",
      jobDeploymentStatus: "Failed",
      reason: "AppFailed",
      message: "Job entrypoint command failed with exit code 1",
    },
    row: "error: AppFailed · Job entrypoint command failed with exit code 1",
  },
];
