// How the API writes objects in protobuf: the fields that rows need, by their numbers. Others are passed over.
// Source: generated.proto of k8s.io/api/core/v1 and k8s.io/apimachinery/pkg/apis/meta/v1 (v0.34.4).

/**
 * `quantities` is a map of resource names to quantities; `labels` a map that becomes the text that rows keep;
 * `creators` a map of annotations of which only those of `creatorAnnotations` are taken; `time` becomes milliseconds
 * since the epoch.
 */
export type WireType =
  | "string"
  | "boolean"
  | "integer"
  | "time"
  | "quantities"
  | "labels"
  | "creators"
  | WireMessage;

export interface WireField {
  name: string;
  type: WireType;
  repeated?: true;
  /** Read only where a field that comes before it has this value; a list of thousands pays for each message. */
  onlyIf?: { name: string; is: string };
}

/** Fields by number. */
export interface WireMessage {
  readonly [number: number]: WireField;
}

/** A Status, which is what errors are. */
export const statusWire: WireMessage = {
  3: { name: "message", type: "string" },
  4: { name: "reason", type: "string" },
};

/** ListMeta. */
export const listMetaWire: WireMessage = {
  2: { name: "resourceVersion", type: "string" },
  3: { name: "continue", type: "string" },
};

const ownerReference: WireMessage = {
  1: { name: "kind", type: "string" },
  3: { name: "name", type: "string" },
  4: { name: "uid", type: "string" },
  6: { name: "controller", type: "boolean" },
};

const objectMeta: WireMessage = {
  1: { name: "name", type: "string" },
  3: { name: "namespace", type: "string" },
  5: { name: "uid", type: "string" },
  8: { name: "creationTimestamp", type: "time" },
  9: { name: "deletionTimestamp", type: "time" },
  11: { name: "labels", type: "labels" },
  12: { name: "annotations", type: "creators" },
  13: { name: "ownerReferences", type: ownerReference, repeated: true },
};

const resources: WireMessage = {
  1: { name: "limits", type: "quantities" },
  2: { name: "requests", type: "quantities" },
};

const container: WireMessage = {
  1: { name: "name", type: "string" },
  2: { name: "image", type: "string" },
  6: { name: "ports", type: { 3: { name: "containerPort", type: "integer" } }, repeated: true },
  8: { name: "resources", type: resources },
  24: { name: "restartPolicy", type: "string" },
};

const containerState: WireMessage = {
  1: {
    name: "waiting",
    type: { 1: { name: "reason", type: "string" }, 2: { name: "message", type: "string" } },
  },
  2: { name: "running", type: {} },
  3: {
    name: "terminated",
    type: {
      1: { name: "exitCode", type: "integer" },
      2: { name: "signal", type: "integer" },
      3: { name: "reason", type: "string" },
      4: { name: "message", type: "string" },
    },
  },
};

const containerStatus: WireMessage = {
  1: { name: "name", type: "string" },
  2: { name: "state", type: containerState },
  3: { name: "lastState", type: containerState },
  4: { name: "ready", type: "boolean" },
  5: { name: "restartCount", type: "integer" },
  9: { name: "started", type: "boolean" },
};

const podCondition: WireMessage = {
  1: { name: "type", type: "string" },
  2: { name: "status", type: "string" },
  5: { name: "reason", type: "string" },
  6: { name: "message", type: "string" },
};

export const podWire: WireMessage = {
  1: { name: "metadata", type: objectMeta },
  2: {
    name: "spec",
    type: {
      2: { name: "containers", type: container, repeated: true },
      10: { name: "nodeName", type: "string" },
      20: { name: "initContainers", type: container, repeated: true },
    },
  },
  3: {
    name: "status",
    type: {
      1: { name: "phase", type: "string" },
      // Why a pod is not scheduled; the conditions of others say nothing that a row shows.
      2: {
        name: "conditions",
        type: podCondition,
        repeated: true,
        onlyIf: { name: "phase", is: "Pending" },
      },
      3: { name: "message", type: "string" },
      4: { name: "reason", type: "string" },
      8: { name: "containerStatuses", type: containerStatus, repeated: true },
      10: { name: "initContainerStatuses", type: containerStatus, repeated: true },
    },
  },
};
