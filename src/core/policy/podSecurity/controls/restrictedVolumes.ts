// restrictedVolumes: volumes come from the pod, the cluster's objects or a claim, not from a node or a server by name.
import type { Control, Violation } from "../control.ts";
import type { ReviewedPod } from "../pod.ts";
import { volumes } from "../volumes.ts";

const ALLOWED = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/** Fields of a volume that the API has or had; the server drops any other, and the volume is an emptyDir. */
const FORBIDDEN = new Set([
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "gitRepo",
  "glusterfs",
  "hostPath",
  "iscsi",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
]);

function* check(pod: ReviewedPod): Iterable<Violation> {
  for (const { name, sources } of volumes(pod)) {
    if (sources.some((entry) => ALLOWED.has(entry.key.text))) continue;
    const source = sources.find((entry) => FORBIDDEN.has(entry.key.text));
    if (!source) continue;
    yield {
      at: source.key,
      message: `${name} must not be of type ${source.key.text}: reach what it holds by a PersistentVolumeClaim.`,
      missing: false,
      changes: [],
    };
  }
}

export const restrictedVolumes: Control = {
  id: "restrictedVolumes",
  level: "restricted",
  remedy: "Use a memory volume at /dev/shm instead",
  replaces: "hostPathVolumes",
  variants: [{ since: 0, check }],
};
