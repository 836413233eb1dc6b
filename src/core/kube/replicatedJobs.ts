// The jobs inside a JobSet or a TrainJob, each with its counts.
// Source: https://github.com/kubernetes-sigs/jobset api/jobset/v1alpha2/jobset_types.go (ReplicatedJobStatus)
import { count, text } from "./object.ts";

/** `node: 1 active, 1 ready`, one for each replicated job. */
export function replicatedJobFacts(jobs: readonly unknown[]): [string, string][] {
  return jobs.map((job) => {
    const parts = ["active", "ready", "succeeded", "failed", "suspended"].flatMap((name) => {
      const number = count(job, name);
      return number > 0 ? [`${number} ${name}`] : [];
    });
    return [text(job, "name") ?? "job", parts.join(", ") || "0 active"];
  });
}

export function anyActive(jobs: readonly unknown[]): boolean {
  return jobs.some((job) => count(job, "active") > 0);
}
