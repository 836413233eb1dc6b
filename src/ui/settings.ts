// Every setting once: key, type, default, words. package.json and the typed getter are made from this table.

export interface SettingRow {
  type: "string" | "number" | "boolean" | "array" | "object";
  default: unknown;
  description: string;
  /** `machine` settings can't be set by a workspace. */
  scope: "window" | "resource" | "machine";
  /** Ignored from an untrusted workspace. */
  restricted?: boolean;
  schema?: Record<string, unknown>;
}

export interface SettingValues {
  "check.enabled": boolean;
  "check.rules": Record<string, "off" | "error" | "warning" | "information">;
  "check.withCluster": "off" | "onSave";
  "check.render": boolean;
  "podSecurity.level": string;
  "check.profile": "configured" | "recommended" | "strict" | "training" | "serving";
  "kubernetes.kubeconfig": string[];
  "kubernetes.namespaces": string[];
  "kubernetes.version": string;
  "kubernetes.silenceSeconds": number;
  "contexts.readOnly": string[];
  "contexts.protected": string[];
  "forward.restore": boolean;
  "docker.host": string;
  "docker.path": string;
}

export const settings: { [Key in keyof SettingValues]: SettingRow & { default: SettingValues[Key] } } = {
  "check.enabled": {
    type: "boolean",
    default: true,
    description: "Check manifests, Dockerfiles and dev containers as you type.",
    scope: "resource",
  },
  "check.rules": {
    type: "object",
    default: {},
    description:
      'Level of single rules, by id or by the name that another tool gives them: `{ "GPU015": "off", "DL3008": "information" }`. They lie over those of `.slipway.yaml`; rules that are named in neither keep their own level.',
    scope: "resource",
    schema: { additionalProperties: { type: "string", enum: ["off", "error", "warning", "information"] } },
  },
  "check.withCluster": {
    type: "string",
    default: "off",
    description:
      "When manifests are held against a cluster, besides by *Check Against Cluster*. `onSave`: each time one is saved, against the context that was chosen for it before, or the only one that is open in the view Clusters; never in a workspace that is not trusted. The server tries to apply the manifest and keeps nothing.",
    scope: "window",
    restricted: true,
    schema: { enum: ["off", "onSave"] },
  },
  "check.render": {
    type: "boolean",
    default: true,
    description:
      "Render charts with helm and kustomizations with kustomize or kubectl, where these are in `PATH`, when a file of theirs is opened or saved, and tell of their files what is found in the output. Only in a trusted workspace; nothing is fetched, no cluster is asked.",
    scope: "resource",
    restricted: true,
  },
  "podSecurity.level": {
    type: "string",
    default: "off",
    description:
      "Hold all pods in manifests against a level of the Pod Security Standards: `baseline` or `restricted`, or as of a Kubernetes version, `restricted:v1.30`. Off: what `.slipway.yaml` says, else only what a Namespace in the workspace asks for by its labels.",
    scope: "resource",
    schema: { pattern: "^(off|(privileged|baseline|restricted)(:(latest|v?1\\.\\d+))?)$" },
  },
  "check.profile": {
    type: "string",
    default: "configured",
    description:
      "Which rules run. `recommended` finds what refuses, breaks or costs, `strict` also what is a matter of style or policy, such as packages without a version; `training` and `serving` are stricter there. `configured`: what `.slipway.yaml` says, else `recommended`.",
    scope: "resource",
    schema: { enum: ["configured", "recommended", "strict", "training", "serving"] },
  },
  "kubernetes.kubeconfig": {
    type: "array",
    default: [],
    description:
      "Kubeconfig files to read, in kubectl's order of precedence. Empty: the `KUBECONFIG` variable, else `~/.kube/config`. The files are never written.",
    scope: "machine",
    restricted: true,
    schema: { items: { type: "string" } },
  },
  "kubernetes.namespaces": {
    type: "array",
    default: [],
    description: "Namespaces to show in clusters where you may not list them.",
    scope: "window",
    schema: { items: { type: "string" } },
  },
  "kubernetes.version": {
    type: "string",
    default: "",
    description:
      "The version of Kubernetes that manifests are checked for, such as `1.33`; 1.23 to 1.37 are known. Empty: what `.slipway.yaml` says, else that of the open cluster that was checked against last, else 1.34, with what newer versions add as information instead of an error.",
    scope: "resource",
    schema: { pattern: "^(v?1\\.\\d{1,3}(\\.\\d+)?)?$" },
  },
  "kubernetes.silenceSeconds": {
    type: "number",
    default: 150,
    description:
      "Seconds without a word from a cluster after which what is watched there counts as cut off: its rows are marked stale, and the watch is begun anew. A server says a word about once a minute; below that quiet watches are begun anew too, which costs it little. For a network that loses connections without telling.",
    scope: "machine",
    restricted: true,
    schema: { minimum: 30, maximum: 600 },
  },
  "contexts.readOnly": {
    type: "array",
    default: [],
    description:
      "Contexts in which Slipway changes nothing, as patterns of their names: `*` stands for anything, `!` takes away again, the last that fits counts.",
    scope: "machine",
    restricted: true,
    schema: { items: { type: "string" } },
  },
  "contexts.protected": {
    type: "array",
    default: ["*prod*", "*prd*", "!*nonprod*", "!*non-prod*"],
    description:
      "Contexts that are marked in the tree and the status bar, and where a name has to be typed before something is deleted or applied; patterns as for `#slipway.contexts.readOnly#`.",
    scope: "machine",
    restricted: true,
    schema: { items: { type: "string" } },
  },
  "forward.restore": {
    type: "boolean",
    default: false,
    description:
      "Forward the ports of the last window again when the view Endpoints is first shown. Otherwise they are listed there, stopped.",
    scope: "window",
    restricted: true,
  },
  "docker.host": {
    type: "string",
    default: "",
    description:
      "Address of the Docker engine, such as `unix:///var/run/docker.sock`. Empty: `DOCKER_HOST`, else Docker's current context.",
    scope: "machine",
    restricted: true,
  },
  "docker.path": {
    type: "string",
    default: "docker",
    description: "The docker command line used for builds, shells, pull and push.",
    scope: "machine",
    restricted: true,
  },
};

export type ReadSetting = <Key extends keyof SettingValues>(key: Key, path?: string) => SettingValues[Key];

/** Ids of those that a workspace which is not trusted can't set. */
export function restrictedSettings(): string[] {
  return Object.entries(settings)
    .filter(([, row]) => row.restricted)
    .map(([key]) => `slipway.${key}`);
}
