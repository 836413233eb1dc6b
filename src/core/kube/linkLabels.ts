// Labels whose value names the object that made a pod, a StatefulSet or the like: how operators mark what is theirs.
// Sources: the API types of each project, as of 2026-08. The most particular ones come first.

export const linkLabels: readonly string[] = [
  "serving.knative.dev/revision",
  "serving.knative.dev/service",
  "serving.kserve.io/inferenceservice",
  "leaderworkerset.sigs.k8s.io/name",
  "jobset.sigs.k8s.io/jobset-name",
  "training.kubeflow.org/job-name",
  "katib.kubeflow.org/trial",
  "katib.kubeflow.org/experiment",
  "ray.io/cluster",
  "volcano.sh/job-name",
  "workflows.argoproj.io/workflow",
  "notebook-name",
  "seldon-deployment-id",
];
