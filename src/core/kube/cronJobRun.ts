// The Job that a CronJob would make now, as kubectl create job --from makes it.
// Source: k8s.io/kubectl/pkg/cmd/create/create_job.go
import { type KubeObject, record, text } from "./object.ts";

/** A Job's name has room for what its pods add. */
const LONGEST_NAME = 52;

/** @param suffix makes the name one of its own: lower case letters and digits. */
export function jobOf(cronJob: KubeObject, suffix: string): KubeObject {
  const template = record(cronJob, "spec", "jobTemplate");
  const name = text(cronJob, "metadata", "name") ?? "job";
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name.slice(0, LONGEST_NAME - suffix.length - 1).replace(/[-.]+$/, "")}-${suffix}`,
      namespace: text(cronJob, "metadata", "namespace"),
      labels: record(template, "metadata", "labels"),
      annotations: {
        ...record(template, "metadata", "annotations"),
        "cronjob.kubernetes.io/instantiate": "manual",
      },
      ownerReferences: [
        {
          apiVersion: "batch/v1",
          kind: "CronJob",
          name,
          uid: text(cronJob, "metadata", "uid"),
          controller: true,
        },
      ],
    },
    spec: record(template, "spec"),
  };
}
