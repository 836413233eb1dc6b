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
  "kubernetes.kubeconfig": string[];
  "kubernetes.namespaces": string[];
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
      'Level of single rules, by id: `{ "GPU015": "off", "CUD004": "information" }`. Rules that are not named keep their own level.',
    scope: "resource",
    schema: { additionalProperties: { type: "string", enum: ["off", "error", "warning", "information"] } },
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
