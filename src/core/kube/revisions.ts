// The revisions of a workload that can be gone back to: a Deployment's ReplicaSets, the others' ControllerRevisions.
// Source: k8s.io/kubectl/pkg/polymorphichelpers/rollback.go
import { count, field, type KubeObject, list, record, text, timeMs } from "./object.ts";

export interface Revision {
  number: number;
  createdMs: number | undefined;
  /** The images of its pods, in the order of the containers. */
  images: readonly string[];
  /** The annotation `kubernetes.io/change-cause`. */
  cause: string | undefined;
  /** The pod template as it was. */
  template: Readonly<Record<string, unknown>>;
}

const REVISION = "deployment.kubernetes.io/revision";
const CAUSE = "kubernetes.io/change-cause";

/** Of those objects, the ones that the workload controls; the newest, which is what runs now, comes first. */
export function revisionsOf(workloadUid: string, objects: readonly KubeObject[]): Revision[] {
  return objects
    .filter((object) =>
      list(object, "metadata", "ownerReferences").some((owner) => text(owner, "uid") === workloadUid),
    )
    .map(revisionOf)
    .filter((revision) => revision.number > 0)
    .sort((one, other) => other.number - one.number);
}

function revisionOf(object: KubeObject): Revision {
  const isReplicaSet = field(object, "revision") === undefined;
  const template = isReplicaSet
    ? withoutHash(record(object, "spec", "template"))
    : withoutPatchWord(record(object, "data", "spec", "template"));
  return {
    number: isReplicaSet
      ? Number(field(object, "metadata", "annotations", REVISION)) || 0
      : count(object, "revision"),
    createdMs: timeMs(object, "metadata", "creationTimestamp"),
    images: imagesOf(template),
    cause: text(object, "metadata", "annotations", CAUSE),
    template,
  };
}

/** The label that a Deployment gives to the pods of one revision is not part of its template. */
function withoutHash(template: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { "pod-template-hash": _, ...labels } = record(template, "metadata", "labels");
  return { ...template, metadata: { ...record(template, "metadata"), labels } };
}

/** A ControllerRevision is stored as the patch that brings it back. */
function withoutPatchWord(stored: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { $patch: _, ...template } = stored;
  return template;
}

function imagesOf(template: unknown): string[] {
  return list(template, "spec", "containers").flatMap((container) => text(container, "image") ?? []);
}

/** One step of a JSON patch. */
export interface PatchStep {
  op: "test" | "add" | "replace" | "remove";
  path: string;
  value?: unknown;
}

/** Brings a revision back as the newest: the same template, and what it was made for. */
export function undoPatch(workload: KubeObject, revision: Revision): PatchStep[] {
  const steps: PatchStep[] = [
    { op: "test", path: "/metadata/uid", value: text(workload, "metadata", "uid") },
    // What was looked at is what is replaced.
    { op: "test", path: "/metadata/generation", value: field(workload, "metadata", "generation") },
    { op: "replace", path: "/spec/template", value: revision.template },
  ];
  const path = `/metadata/annotations/${CAUSE.replace("/", "~1")}`;
  const hasCause = field(workload, "metadata", "annotations", CAUSE) !== undefined;
  if (revision.cause !== undefined && field(workload, "metadata", "annotations") !== undefined)
    steps.push({ op: "add", path, value: revision.cause });
  else if (hasCause) steps.push({ op: "remove", path });
  return steps;
}
