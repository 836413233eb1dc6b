// Where the schemas of the kinds in our snippets come from: Go modules that hold the CRDs, and Kubernetes itself.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isObject } from "../../test/support/snippets/fields.ts";
import type { Schema, SchemaDocument } from "./extract.ts";

/** One kind in one version. */
export interface KindSchema {
  /** As `ray.io/v1 RayCluster`. */
  name: string;
  schema: Schema;
  document: SchemaDocument;
}

export interface FieldSource {
  /** Of the file of extracts. */
  file: string;
  source: string;
  kinds(): KindSchema[];
}

const customResources: readonly { file: string; module: string; paths: readonly string[] }[] = [
  { file: "ray", module: "github.com/ray-project/kuberay/ray-operator@v1.6.0", paths: ["config/crd/bases"] },
  {
    file: "training-operator",
    module: "github.com/kubeflow/training-operator@v1.9.0",
    paths: ["manifests/base/crds"],
  },
  { file: "trainer", module: "github.com/kubeflow/trainer/v2@v2.0.0", paths: ["manifests/base/crds"] },
  {
    file: "kserve",
    module: "github.com/kserve/kserve@v0.20.0",
    paths: ["config/crd/full", "config/crd/full/llmisvc"],
  },
  { file: "knative", module: "knative.dev/serving@v0.51.0", paths: ["config/core/300-resources"] },
  { file: "kueue", module: "sigs.k8s.io/kueue@v0.17.0", paths: ["config/components/crd/bases"] },
  { file: "jobset", module: "sigs.k8s.io/jobset@v0.11.1", paths: ["config/components/crd/bases"] },
  { file: "leaderworkerset", module: "sigs.k8s.io/lws@v0.8.0", paths: ["config/crd/bases"] },
  { file: "istio", module: "istio.io/api@v1.32.0", paths: ["kubernetes"] },
  {
    file: "gatekeeper",
    module: "github.com/open-policy-agent/gatekeeper/v3@v3.23.1",
    paths: ["config/crd/bases"],
  },
  { file: "sigstore", module: "github.com/sigstore/policy-controller@v0.13.1", paths: ["config"] },
  { file: "keda", module: "github.com/kedacore/keda/v2@v2.21.0", paths: ["config/crd/bases"] },
  {
    file: "cilium",
    module: "github.com/cilium/cilium@v1.20.2",
    paths: ["pkg/k8s/apis/cilium.io/client/crds/v2"],
  },
  {
    file: "multus",
    module: "github.com/k8snetworkplumbingwg/network-attachment-definition-client@v1.7.7",
    paths: ["artifacts"],
  },
];

/** A package for Python that brings along the schemas of pipelines. */
const CHECK_JSONSCHEMA = "check-jsonschema==0.39.0";
const KUBERNETES = "k8s.io/kubernetes@v1.34.4";

export const fieldSources: readonly FieldSource[] = [
  { file: "kubernetes", source: `${KUBERNETES} api/openapi-spec/v3`, kinds: kubernetesKinds },
  ...customResources.map(({ file, module, paths }) => ({
    file,
    source: `${module} ${paths.join(", ")}`,
    kinds: () => paths.flatMap((path) => crdKinds(join(moduleFolder(module), path))),
  })),
  {
    file: "volcano",
    source: "volcano.sh/apis@v1.14.0 pkg/apis/batch/v1alpha1, by controller-gen v0.19.0",
    kinds: () => crdKindsOf(generatedCrds("volcano.sh/apis@v1.14.0", "./pkg/apis/batch/v1alpha1")),
  },
  {
    file: "compose",
    source: "github.com/compose-spec/compose-go/v2@v2.16.2 schema/compose-spec.json",
    kinds: () =>
      jsonKind(
        "Compose file",
        join(moduleFolder("github.com/compose-spec/compose-go/v2@v2.16.2"), "schema", "compose-spec.json"),
      ),
  },
  {
    file: "github-actions",
    source: `${CHECK_JSONSCHEMA} github-workflows.json, of schemastore.org`,
    kinds: () => jsonKind("GitHub Actions workflow", join(vendoredSchemas(), "github-workflows.json")),
  },
  {
    file: "gitlab-ci",
    source: `${CHECK_JSONSCHEMA} gitlab-ci.json, of GitLab`,
    kinds: () => jsonKind("GitLab pipeline", join(vendoredSchemas(), "gitlab-ci.json")),
  },
  {
    file: "katib",
    source: "github.com/kubeflow/katib@v0.19.0 pkg/apis/v1beta1/swagger.json",
    kinds: katibKinds,
  },
];

/** The folder of `module@version`, fetched by `go` into its cache. @throws when it can't be had. */
export function moduleFolder(module: string): string {
  const text = go(["mod", "download", "-json", module], tmpdir());
  return (JSON.parse(text) as { Dir: string }).Dir;
}

function go(args: string[], cwd: string): string {
  return execFileSync("go", args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function kubernetesKinds(): KindSchema[] {
  const folder = join(moduleFolder(KUBERNETES), "api", "openapi-spec", "v3");
  return readdirSync(folder)
    .filter((name) => /__v\d\w*_openapi\.json$/.test(name))
    .flatMap((name) => {
      const document: SchemaDocument = {
        root: JSON.parse(readFileSync(join(folder, name), "utf8")) as Schema,
      };
      return Object.values(definitionsOf(document, ["components", "schemas"])).flatMap((schema) =>
        groupVersionKinds(schema).map((kind) => ({ name: kind, schema, document })),
      );
    });
}

/** The metadata that every Kubernetes object has; CRDs say nothing of it. */
export function objectMeta(): { schema: Schema; document: SchemaDocument } {
  const path = join(moduleFolder(KUBERNETES), "api", "openapi-spec", "v3", "api__v1_openapi.json");
  const document: SchemaDocument = { root: JSON.parse(readFileSync(path, "utf8")) as Schema };
  const name = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  return { schema: definitionsOf(document, ["components", "schemas"])[name] ?? {}, document };
}

function groupVersionKinds(schema: Schema): string[] {
  const kinds = schema["x-kubernetes-group-version-kind"];
  if (!Array.isArray(kinds)) return [];
  return (kinds as { group: string; version: string; kind: string }[]).map(
    ({ group, version, kind }) => `${group === "" ? "" : `${group}/`}${version} ${kind}`,
  );
}

function definitionsOf({ root }: SchemaDocument, path: readonly string[]): Record<string, Schema> {
  const found = path.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
  return isObject(found) ? (found as Record<string, Schema>) : {};
}

function katibKinds(): KindSchema[] {
  const path = join(moduleFolder("github.com/kubeflow/katib@v0.19.0"), "pkg/apis/v1beta1/swagger.json");
  const document: SchemaDocument = { root: JSON.parse(readFileSync(path, "utf8")) as Schema };
  const schema = definitionsOf(document, ["definitions"])["v1beta1.Experiment"] ?? {};
  return [{ name: "kubeflow.org/v1beta1 Experiment", schema, document }];
}

/** For a project that ships its Go types only. */
function generatedCrds(module: string, path: string): string {
  const generator = "sigs.k8s.io/controller-tools/cmd/controller-gen@v0.19.0";
  return go(["run", generator, "crd", `paths=${path}`, "output:stdout"], moduleFolder(module));
}

function jsonKind(name: string, path: string): KindSchema[] {
  const schema = JSON.parse(readFileSync(path, "utf8")) as Schema;
  return [{ name, schema, document: { root: schema } }];
}

/** The folder of those schemas. */
function vendoredSchemas(): string {
  const folder = join(tmpdir(), "slipway-check-jsonschema-0.39.0");
  const install = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, CHECK_JSONSCHEMA];
  if (!existsSync(folder)) execFileSync("python3", install, { stdio: "inherit" });
  return join(folder, "check_jsonschema", "builtin_schemas", "vendor");
}

function crdKinds(folder: string): KindSchema[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => crdKindsOf(readFileSync(join(folder, name), "utf8")));
}

function crdKindsOf(text: string): KindSchema[] {
  return parseAllDocuments(text).flatMap((parsed) => {
    const crd = parsed.toJS({ maxAliasCount: -1 }) as CustomResourceDefinition | null;
    if (crd?.kind !== "CustomResourceDefinition" || !crd.spec.versions) return [];
    const { group, names, versions } = crd.spec;
    return versions.flatMap(({ name, schema }) => {
      const root = schema?.openAPIV3Schema;
      return root ? [{ name: `${group}/${name} ${names.kind}`, schema: root, document: { root } }] : [];
    });
  });
}

interface CustomResourceDefinition {
  kind: string;
  spec: {
    group: string;
    names: { kind: string };
    versions?: { name: string; schema?: { openAPIV3Schema?: Schema } }[];
  };
}
