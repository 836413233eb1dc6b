// Schemas of what no module brings along, written down from the documentation of each project.
import type { Schema } from "./extract.ts";
import type { FieldSource, KindSchema } from "./sources.ts";

const text: Schema = { type: "string" };
const number: Schema = { type: "number" };
const flag: Schema = { type: "boolean" };
const texts: Schema = { type: "array", items: text };
const anything: Schema = {};
const oneOf = (...values: string[]): Schema => ({ type: "string", enum: values });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const mapOf = (values: Schema): Schema => ({ type: "object", additionalProperties: values });
const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 ? { required } : {}),
  additionalProperties: false,
});
/** Fields of which nothing but the name is said. */
const named = (...names: string[]): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, anything]));
const kubernetesObject = (rest: Record<string, Schema>): Schema =>
  object(
    { apiVersion: text, kind: text, metadata: { type: "object" }, ...rest },
    "apiVersion",
    "kind",
    "metadata",
  );

const calicoEntity = object({
  selector: text,
  namespaceSelector: text,
  nets: texts,
  ports: listOf({ type: ["integer", "string"] }),
  ...named("notSelector", "notNets", "notPorts", "serviceAccounts", "services"),
});
const calicoRule = object(
  {
    action: oneOf("Allow", "Deny", "Log", "Pass"),
    protocol: { type: ["string", "integer"] },
    source: calicoEntity,
    destination: calicoEntity,
    ...named("notProtocol", "ipVersion", "icmp", "notICMP", "http", "metadata"),
  },
  "action",
);
const calico = kubernetesObject({
  spec: object({
    order: number,
    selector: text,
    types: listOf(oneOf("Ingress", "Egress")),
    ingress: listOf(calicoRule),
    egress: listOf(calicoRule),
    ...named("tier", "serviceAccountSelector", "performanceHints"),
  }),
});

/** The fields that Gatekeeper gives every constraint; the parameters are those of our template. */
const constraint = kubernetesObject({
  spec: object({
    enforcementAction: oneOf("deny", "dryrun", "warn", "scoped"),
    match: object({
      kinds: listOf(object({ apiGroups: texts, kinds: texts })),
      excludedNamespaces: texts,
      namespaces: texts,
      ...named("labelSelector", "namespaceSelector", "scope", "name", "source"),
    }),
    parameters: object({ maximum: { type: "integer" }, label: text }),
    ...named("scopedEnforcementActions"),
  }),
});

const replicated = (more: Record<string, Schema>) =>
  object(
    {
      renameByDefault: flag,
      ...more,
      resources: listOf(
        object(
          { name: text, replicas: { type: "integer" }, ...named("rename", "devices") },
          "name",
          "replicas",
        ),
      ),
    },
    "resources",
  );
const devicePlugin = object(
  {
    version: oneOf("v1"),
    flags: object({
      migStrategy: oneOf("none", "single", "mixed"),
      ...named("failOnInitError", "gdsEnabled", "mofedEnabled", "nvidiaDriverRoot", "plugin", "gfd"),
    }),
    sharing: object({ timeSlicing: replicated({ failRequestsGreaterThanOne: flag }), mps: replicated({}) }),
    ...named("resources", "imex"),
  },
  "version",
);

const migConfiguration = object(
  {
    version: oneOf("v1"),
    "mig-configs": mapOf(
      listOf(
        object(
          {
            devices: { type: ["string", "array"], items: { type: "integer" } },
            "mig-enabled": flag,
            "mig-devices": mapOf({ type: "integer" }),
            "device-filter": { type: ["string", "array"], items: text },
          },
          "devices",
          "mig-enabled",
        ),
      ),
    ),
  },
  "version",
  "mig-configs",
);

const adapterConfiguration = object({
  rules: listOf(
    object(
      {
        seriesQuery: text,
        resources: object({
          overrides: mapOf(object({ resource: text, group: text })),
          ...named("template", "namespaced"),
        }),
        name: object({ as: text, matches: text }),
        metricsQuery: text,
        ...named("seriesFilters"),
      },
      "seriesQuery",
    ),
  ),
  ...named("externalRules", "resourceRules"),
});

const autoscaling = object({
  min_replicas: { type: "integer" },
  max_replicas: { type: "integer" },
  target_ongoing_requests: number,
  ...named(
    "initial_replicas",
    "upscale_delay_s",
    "downscale_delay_s",
    "metrics_interval_s",
    "look_back_period_s",
  ),
});
const languageModel = object(
  {
    model_loading_config: object(
      { model_id: text, model_source: text, ...named("tokenizer_source") },
      "model_id",
    ),
    engine_kwargs: mapOf(anything),
    deployment_config: object({
      autoscaling_config: autoscaling,
      ...named("num_replicas", "max_ongoing_requests", "max_queued_requests", "ray_actor_options"),
    }),
    ...named("llm_engine", "accelerator_type", "lora_config", "runtime_env", "placement_group_config"),
  },
  "model_loading_config",
);
const rayServe = object(
  {
    applications: listOf(
      object(
        {
          name: text,
          import_path: text,
          route_prefix: text,
          args: object({ llm_configs: listOf(languageModel) }),
          ...named("runtime_env", "deployments", "logging_config"),
        },
        "import_path",
      ),
    ),
    ...named("proxy_location", "http_options", "grpc_options", "logging_config"),
  },
  "applications",
);

const attributes = object({
  label: text,
  onAutoForward: oneOf("notify", "openBrowser", "openBrowserOnce", "openPreview", "silent", "ignore"),
  ...named("protocol", "requireLocalPort", "elevateIfNeeded"),
});
const devcontainer = object({
  name: text,
  image: text,
  build: object(
    { dockerfile: text, context: text, ...named("args", "target", "cacheFrom", "options") },
    "dockerfile",
  ),
  dockerComposeFile: { type: ["string", "array"], items: text },
  service: text,
  workspaceFolder: text,
  shutdownAction: oneOf("none", "stopContainer", "stopCompose"),
  hostRequirements: object({
    gpu: { type: ["boolean", "string", "object"], enum: ["optional", true, false] },
    ...named("cpus", "memory", "storage"),
  }),
  runArgs: texts,
  mounts: { type: "array", items: { type: ["string", "object"] } },
  containerEnv: mapOf(text),
  secrets: mapOf(object({ description: text, documentationUrl: text })),
  remoteUser: text,
  overrideCommand: flag,
  forwardPorts: { type: "array", items: { type: ["integer", "string"] } },
  portsAttributes: mapOf(attributes),
  postCreateCommand: { type: ["string", "array", "object"] },
  customizations: object({ vscode: object({ extensions: texts, settings: mapOf(anything) }) }),
  ...named(
    "features",
    "remoteEnv",
    "containerUser",
    "updateRemoteUserUID",
    "userEnvProbe",
    "init",
    "privileged",
  ),
  ...named(
    "capAdd",
    "securityOpt",
    "workspaceMount",
    "appPort",
    "runServices",
    "otherPortsAttributes",
    "waitFor",
  ),
  ...named(
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postStartCommand",
    "postAttachCommand",
  ),
  ...named("overrideFeatureInstallOrder", "$schema"),
});

/** @param podSpec of Kubernetes. */
function notebook(podSpec: Schema): Schema {
  return kubernetesObject({ spec: object({ template: object({ spec: podSpec }) }) });
}

/** @param kubernetes a kind of Kubernetes and the document in which its pod spec stands. */
export function writtenSources(kubernetes: { document: KindSchema["document"] }): FieldSource[] {
  const one = (file: string, source: string, name: string, schema: Schema): FieldSource => ({
    file,
    source,
    kinds: () => [{ name, schema, document: { root: schema } }],
  });
  const podSpec: Schema = { $ref: "#/components/schemas/io.k8s.api.core.v1.PodSpec" };
  return [
    {
      file: "notebook",
      source:
        "Kubeflow notebook-controller v1.10.0, api/v1/notebook_types.go; its pod spec is that of Kubernetes",
      kinds: () => [
        { name: "kubeflow.org/v1 Notebook", schema: notebook(podSpec), document: kubernetes.document },
      ],
    },
    one(
      "calico",
      "https://docs.tigera.io/calico/latest/reference/resources/networkpolicy",
      "projectcalico.org/v3 NetworkPolicy",
      calico,
    ),
    one(
      "constraint",
      "https://open-policy-agent.github.io/gatekeeper/website/docs/howto; parameters as in the snippet's template",
      "constraints.gatekeeper.sh/v1beta1 K8sGpuLimit",
      constraint,
    ),
    one(
      "device-plugin",
      "https://github.com/NVIDIA/k8s-device-plugin v0.20.0, api/config/v1",
      "device plugin configuration",
      devicePlugin,
    ),
    one(
      "mig-parted",
      "https://github.com/NVIDIA/mig-parted v0.15.0, api/spec/v1",
      "mig-parted configuration",
      migConfiguration,
    ),
    one(
      "prometheus-adapter",
      "https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/config.md",
      "prometheus-adapter configuration",
      adapterConfiguration,
    ),
    one(
      "ray-serve",
      "https://docs.ray.io/en/latest/serve/production-guide/config.html and .../serve/llm",
      "Ray Serve configuration",
      rayServe,
    ),
    one(
      "devcontainer",
      "https://containers.dev/implementors/json_reference/",
      "devcontainer.json",
      devcontainer,
    ),
  ];
}
