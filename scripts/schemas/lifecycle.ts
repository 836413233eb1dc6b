// When API versions were deprecated and removed, as the tags in Kubernetes' API types say.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LifecycleRow } from "../../src/core/kube/schema/file.ts";

interface Lifecycle {
  deprecated: number;
  removed: number;
  replacement: string;
}

/** Whose tags stand in no module of ours: https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const OLDER: readonly LifecycleRow[] = [
  [
    "apiextensions.k8s.io/v1beta1",
    "CustomResourceDefinition",
    16,
    22,
    "apiextensions.k8s.io/v1/CustomResourceDefinition",
  ],
  ["apiregistration.k8s.io/v1beta1", "APIService", 19, 22, "apiregistration.k8s.io/v1/APIService"],
  ["batch/v2alpha1", "CronJob", 8, 21, "batch/v1/CronJob"],
  ["settings.k8s.io/v1alpha1", "PodPreset", 0, 20, ""],
];

/** @param folders of the module k8s.io/api in several versions, oldest first: the newest that knows a kind counts. */
export function lifecycles(folders: readonly string[]): LifecycleRow[] {
  const found = new Map<string, LifecycleRow>(OLDER.map((row) => [`${row[0]} ${row[1]}`, row]));
  for (const folder of folders) {
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const path of paths.filter((one) => one.endsWith("zz_generated.prerelease-lifecycle.go"))) {
      const apiVersion = apiVersionOf(join(folder, dirname(path)));
      const kinds = kindsOf(readFileSync(join(folder, path), "utf8"));
      for (const [kind, { deprecated, removed, replacement }] of kinds) {
        if (kind.endsWith("List") || deprecated === 0) continue;
        const key = `${apiVersion} ${kind}`;
        found.set(key, [apiVersion, kind, deprecated, removed, replacement]);
      }
    }
  }
  return [...found.values()].sort((one, other) => (one.join() < other.join() ? -1 : 1));
}

function apiVersionOf(folder: string): string {
  const text = readFileSync(join(folder, "register.go"), "utf8");
  const group = /GroupName = "([^"]*)"/.exec(text)?.[1] ?? "";
  const version = /Version: "([^"]+)"/.exec(text)?.[1] ?? "";
  return group === "" ? version : `${group}/${version}`;
}

function kindsOf(text: string): Map<string, Lifecycle> {
  const kinds = new Map<string, Lifecycle>();
  const methods =
    /^func \(in \*(\w+)\) APILifecycle(Deprecated|Removed|Replacement)\(\) .*\{\n\treturn (.*)\n\}/gm;
  for (const [, kind = "", what, value = ""] of text.matchAll(methods)) {
    const known = kinds.get(kind) ?? { deprecated: 0, removed: 0, replacement: "" };
    const minor = Number(/^1, (\d+)$/.exec(value)?.[1] ?? 0);
    if (what === "Deprecated") known.deprecated = minor;
    else if (what === "Removed") known.removed = minor;
    else {
      const [, group = "", version = "", other = ""] =
        /Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"/.exec(value) ?? [];
      known.replacement = `${group === "" ? version : `${group}/${version}`}/${other}`;
    }
    kinds.set(kind, known);
  }
  return kinds;
}
