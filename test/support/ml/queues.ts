// Queues and workflows: objects with a status as their operator writes it, and the row that each comes to.
import { condition, type MlExample, template } from "./example.ts";

export const queues: readonly MlExample[] = [
  {
    kind: "kueue.x-k8s.io ClusterQueue",
    apiVersion: "kueue.x-k8s.io/v1beta2",
    spec: {
      cohortName: "research",
      resourceGroups: [
        {
          coveredResources: ["cpu", "nvidia.com/gpu"],
          flavors: [
            {
              name: "a100",
              resources: [
                { name: "cpu", nominalQuota: "64" },
                { name: "nvidia.com/gpu", nominalQuota: 8 },
              ],
            },
          ],
        },
      ],
    },
    status: {
      pendingWorkloads: 3,
      admittedWorkloads: 2,
      flavorsUsage: [{ name: "a100", resources: [{ name: "nvidia.com/gpu", total: "6", borrowed: "0" }] }],
      conditions: [condition("Active", "True", "Ready", "Can admit new workloads")],
    },
    row: "ok: Active · Waiting 3 · Admitted 2 · Quota nvidia.com/gpu 6/8 · Cohort research",
  },
  {
    kind: "kueue.x-k8s.io LocalQueue",
    apiVersion: "kueue.x-k8s.io/v1beta2",
    spec: { clusterQueue: "team" },
    status: {
      pendingWorkloads: 1,
      conditions: [
        condition("Active", "False", "ClusterQueueIsInactive", "Can't submit new workloads to clusterQueue"),
      ],
    },
    row: "error: ClusterQueueIsInactive · Waiting 1 · Queue team · Can't submit new workloads to clusterQueue",
  },
  {
    kind: "kueue.x-k8s.io Workload",
    apiVersion: "kueue.x-k8s.io/v1beta2",
    spec: { queueName: "team", podSets: [{ name: "main", count: 1, template }] },
    status: {
      conditions: [
        condition(
          "QuotaReserved",
          "False",
          "Pending",
          "couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor a100, 2 more needed",
        ),
      ],
    },
    row: "warning: waiting · Queue team · couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor a100, 2 more needed",
  },
  {
    kind: "kueue.x-k8s.io Workload",
    apiVersion: "kueue.x-k8s.io/v1beta2",
    spec: { queueName: "team", podSets: [{ name: "main", count: 1, template }] },
    status: {
      conditions: [
        condition("QuotaReserved", "False", "Pending", "Preempted to accommodate a workload"),
        condition("Evicted", "True", "Preempted", "Preempted to accommodate a workload"),
      ],
    },
    row: "warning: evicted: Preempted · Queue team · Preempted to accommodate a workload",
  },
  {
    kind: "batch.volcano.sh Job",
    apiVersion: "batch.volcano.sh/v1alpha1",
    spec: { queue: "research", minAvailable: 3, tasks: [{ name: "worker", replicas: 3, template }] },
    status: { state: { phase: "Running" }, running: 2, pending: 1, minAvailable: 3 },
    row: "ok: Running · Pods 2 running, 1 pending · Queue research",
  },
  {
    kind: "scheduling.volcano.sh PodGroup",
    apiVersion: "scheduling.volcano.sh/v1beta1",
    spec: { minMember: 4, queue: "research" },
    status: {
      phase: "Inqueue",
      conditions: [
        condition(
          "Unschedulable",
          "True",
          "NotEnoughResources",
          "3/4 tasks in gang unschedulable: pod group is not ready",
        ),
      ],
    },
    row: "warning: Inqueue · At least 4 pods · Queue research · 3/4 tasks in gang unschedulable: pod group is not ready",
  },
  {
    kind: "scheduling.volcano.sh Queue",
    apiVersion: "scheduling.volcano.sh/v1beta1",
    spec: { weight: 1 },
    status: { state: "Open", running: 2, inqueue: 1 },
    row: "ok: Open · Running 2 · In queue 1",
  },
  {
    kind: "argoproj.io Workflow",
    apiVersion: "argoproj.io/v1alpha1",
    spec: { entrypoint: "main" },
    status: { phase: "Failed", progress: "2/5", message: "child 'train' failed" },
    row: "error: Failed · Steps 2/5 · child 'train' failed",
  },
  {
    kind: "argoproj.io CronWorkflow",
    apiVersion: "argoproj.io/v1alpha1",
    spec: { schedules: ["0 3 * * *"], suspend: true },
    status: {},
    row: "done: 0 3 * * * (suspended)",
  },
];
