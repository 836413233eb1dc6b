// The resource definitions of ML operators as their Go modules have them, kept in the engines' cache.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isRequired } from "../availability.ts";
import { cached } from "../cache.ts";
import { runCommand } from "../command.ts";
import { type Found, reasonOf } from "../found.ts";
import { findGo } from "../goBuild.ts";

/** What an object of a kind may hold, in each version. */
export interface Definition {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: {
    group: string;
    names: { kind: string; plural: string };
    conversion?: object;
    versions: { name: string; subresources?: { status?: object }; [more: string]: unknown }[];
  };
}

const modules: readonly { module: string; path: string }[] = [
  { module: "github.com/ray-project/kuberay/ray-operator@v1.6.0", path: "config/crd/bases" },
  { module: "github.com/kubeflow/training-operator@v1.9.0", path: "manifests/base/crds" },
  { module: "github.com/kubeflow/trainer/v2@v2.0.0", path: "manifests/base/crds" },
  { module: "github.com/kubeflow/katib@v0.19.0", path: "manifests/v1beta1/components/crd" },
  { module: "github.com/kserve/kserve@v0.20.0", path: "config/crd/full" },
  { module: "github.com/kserve/kserve@v0.20.0", path: "config/crd/full/llmisvc" },
  { module: "knative.dev/serving@v0.51.0", path: "config/core/300-resources" },
  { module: "sigs.k8s.io/kueue@v0.17.0", path: "config/components/crd/bases" },
  { module: "sigs.k8s.io/jobset@v0.11.1", path: "config/components/crd/bases" },
  { module: "sigs.k8s.io/lws@v0.8.0", path: "config/crd/bases" },
  { module: "github.com/kedacore/keda/v2@v2.21.0", path: "config/crd/bases" },
  { module: "github.com/argoproj/argo-rollouts@v1.8.3", path: "manifests/crds" },
];

/** All of them; with SLIPWAY_REQUIRE=cluster it throws where they can't be had. */
export async function operatorDefinitions(): Promise<Found<{ definitions: Definition[] }>> {
  try {
    const version = createHash("sha256").update(JSON.stringify(modules)).digest("hex").slice(0, 12);
    const folder = await cached("operator-definitions", version, collect);
    const text = await readFile(join(folder, "definitions.json"), "utf8");
    return { available: true, definitions: withOpenPods(JSON.parse(text) as Definition[]) };
  } catch (error) {
    const reason = `the definitions of operators could not be fetched: ${reasonOf(error)}`;
    if (isRequired("cluster")) throw new Error(`SLIPWAY_REQUIRE asks for cluster, but ${reason}`);
    return { available: false, reason };
  }
}

async function collect(folder: string): Promise<void> {
  const found = await findGo();
  if ("reason" in found) throw new Error(found.reason);
  const definitions: Definition[] = [];
  for (const { module, path } of modules) {
    const answer = await runCommand(found.go, ["mod", "download", "-json", module], {
      cwd: folder,
      env: { ...process.env, GOFLAGS: "-mod=mod" },
    });
    const root = join((JSON.parse(answer) as { Dir: string }).Dir, path);
    for (const name of readdirSync(root).toSorted()) {
      if (!name.endsWith(".yaml")) continue;
      for (const document of parseAllDocuments(readFileSync(join(root, name), "utf8"))) {
        const object = document.toJS() as Definition | null;
        if (object?.kind !== "CustomResourceDefinition" || !object.spec?.versions) continue;
        // Their webhooks are not here; the versions differ in nothing that is looked at.
        const { conversion: _, ...spec } = object.spec;
        const { apiVersion, kind, metadata } = object;
        definitions.push({ apiVersion, kind, metadata: { name: metadata.name }, spec: withoutNotes(spec) });
      }
    }
  }
  await writeFile(join(folder, "definitions.json"), JSON.stringify(definitions));
}

/** Half of a definition is prose, which no server needs. */
function withoutNotes<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNotes) as Value;
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => key !== "description" || typeof inner !== "string",
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNotes(inner)])) as Value;
}

/**
 * The schema of a pod is most of each definition and is not what is looked at: an API server on a busy machine takes
 * half a minute for one. Whatever holds containers may hold anything.
 */
function withOpenPods<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withOpenPods) as Value;
  if (typeof value !== "object" || value === null) return value;
  const { properties } = value as { properties?: Record<string, unknown> };
  if (properties && "containers" in properties) return anything as Value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withOpenPods(inner)])) as Value;
}

const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** Of a kind whose operator has no module with it: any object with a status. */
export function plainDefinition(group: string, version: string, kind: string, plural: string): Definition {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural },
      scope: "Namespaced",
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: anything },
          subresources: { status: {} },
        },
      ],
    } as Definition["spec"],
  };
}
