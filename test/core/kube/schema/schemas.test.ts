// The schemas that are shipped: every version, what each serves, and what became of older APIs.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { describe, it } from "mocha";
import type { Field, Schema, StructSchema } from "../../../../src/core/kube/schema/schema.ts";
import { DEFAULT_VERSION } from "../../../../src/core/kube/schema/schemas.ts";
import { readDescriptions } from "../../../../src/io/check/schemaFile.ts";
import { schemas, schemasPath } from "../../../schemas.ts";

function field(struct: StructSchema | undefined, ...path: string[]): Field | undefined {
  let found: Field | undefined;
  let schema: Schema | undefined = struct;
  for (const step of path) {
    while (schema?.type === "list") schema = schema.items;
    found = schema?.type === "struct" ? schema.fields.get(step) : undefined;
    schema = found?.schema;
  }
  return found;
}

const CONTAINER = ["spec", "template", "spec", "containers"];

describe("the schemas of Kubernetes", () => {
  it("are those of every version from 1.23 to 1.37", () => {
    assert.deepEqual(
      schemas.versions,
      Array.from({ length: 15 }, (_, index) => `1.${23 + index}`),
    );
    for (const version of schemas.versions) {
      const deployment = schemas.at(version).kind("apps/v1", "Deployment")?.schema;
      assert.equal(field(deployment, ...CONTAINER, "image")?.schema.type, "string", version);
      assert.ok(schemas.at(version).creatable().length > 50, version);
    }
  });

  it("are small enough to ship", () => {
    assert.ok(statSync(schemasPath).size < 300 * 1024);
  });

  it("read any way of writing a version, and take the nearest for one that is not known", () => {
    const read = (version?: string) => schemas.at(version).version;
    assert.equal(read("1.29"), "1.29");
    assert.equal(read("v1.29.4-eks-036c24b"), "1.29");
    assert.equal(read("v1.31.2+k3s1"), "1.31");
    assert.equal(read("1.99"), "1.37");
    assert.equal(read("1.9"), "1.23");
    assert.equal(read("latest"), DEFAULT_VERSION);
    assert.equal(read(), DEFAULT_VERSION);
  });

  it("know each version's own fields", () => {
    const sidecar = (version: string) =>
      field(schemas.at(version).kind("v1", "Pod")?.schema, "spec", "initContainers", "restartPolicy");
    assert.equal(sidecar("1.27"), undefined);
    assert.equal(sidecar("1.28")?.schema.type, "string");
    const old = schemas.at("1.27").kind("v1", "Pod")?.schema;
    const container = field(old, "spec", "initContainers")?.schema;
    assert.ok(container?.type === "list" && container.items.type === "struct");
    assert.deepEqual(container.items.elsewhere?.("restartPolicy"), { since: "1.28" });
    assert.equal(container.items.elsewhere?.("restartPolice"), undefined);
  });

  it("have what OpenAPI leaves to Go: quantities, times, enums, what is enforced", () => {
    const pod = schemas.at("1.34").kind("v1", "Pod")?.schema;
    const policy = field(pod, "spec", "containers", "imagePullPolicy")?.schema;
    assert.ok(policy?.type === "string");
    assert.deepEqual(policy.values, ["Always", "IfNotPresent", "Never"]);
    const limits = field(pod, "spec", "containers", "resources", "limits")?.schema;
    assert.ok(limits?.type === "map" && limits.values.type === "quantity");
    const created = field(pod, "metadata", "creationTimestamp")?.schema;
    assert.ok(created?.type === "string" && created.format === "date-time");
    const port = field(pod, "spec", "containers", "livenessProbe", "httpGet", "port");
    assert.equal(port?.schema.type, "integer-or-string");
    const containers = field(pod, "spec", "containers")?.schema;
    assert.ok(containers?.type === "list" && containers.items.type === "struct");
    assert.deepEqual(containers.items.needed, ["name"]);
    assert.ok(containers.unique);
    // Stated, but the server sets or ignores it.
    const header = schemas.at("1.34").definition("io.k8s.api.core.v1.HTTPHeader");
    assert.equal(header?.fields.get("value")?.required, true);
    assert.ok(!header?.needed.includes("value"));
  });

  it("say what became of an API", () => {
    const standing = (apiVersion: string, kind: string, version = "1.34") =>
      schemas.at(version).standing(apiVersion, kind);
    assert.deepEqual(standing("apps/v1", "Deployment"), { is: "served" });
    assert.deepEqual(standing("extensions/v1beta1", "Ingress"), {
      is: "removed",
      since: "1.22",
      replacement: "networking.k8s.io/v1",
    });
    assert.deepEqual(standing("policy/v1beta1", "PodDisruptionBudget", "1.24"), {
      is: "served",
      deprecated: { since: "1.21", until: "1.25", replacement: "policy/v1" },
    });
    assert.deepEqual(standing("policy/v1beta1", "PodSecurityPolicy"), { is: "removed", since: "1.25" });
    assert.deepEqual(standing("resource.k8s.io/v1", "ResourceClaim", "1.33"), {
      is: "later",
      since: "1.34",
      replacement: "resource.k8s.io/v1beta2",
    });
    assert.deepEqual(standing("ray.io/v1", "RayCluster"), { is: "unknown" });
    assert.deepEqual(standing("apiregistration.k8s.io/v1", "APIService", "1.23"), { is: "served" });
  });

  it("have descriptions in the same rows", () => {
    const descriptions = readDescriptions(schemasPath);
    const all = descriptions.flatMap(([whole, fields]) => [whole, ...Object.values(fields)]);
    assert.ok(all.some((text) => text.startsWith("A single application container")));
    assert.ok(all.length > 4000);
  });
});
