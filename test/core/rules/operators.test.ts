// Kinds that come with operators, beside our own definitions of them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { ownKinds } from "../../../src/core/kube/schema/kinds/index.gen.ts";
import type { Shape } from "../../../src/core/kube/schema/ownKind.ts";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { schemas } from "../../schemas.ts";
import { root } from "../../sources.ts";

const folder = join(root, "test", "golden", "operators");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const found = (text: string) =>
  check({ path: "a.yaml", text, settings: { levels: {} }, rules, schemas: () => schemas })
    .filter(({ rule }) => rule.startsWith("KUB"))
    .map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`);

/** Words of the notation that mean nothing. */
function unknownWords(shape: Shape): string[] {
  if (typeof shape === "object") return Object.values(shape).flatMap(unknownWords);
  if (/^(?:text|whole|number|flag|quantity|either|any)$/.test(shape) || shape.includes("|")) return [];
  const [, room = "", name = ""] = /^@(meta\.|)(.+)$/.exec(shape) ?? [];
  const full = room === "" ? `io.k8s.api.${name}` : `io.k8s.apimachinery.pkg.apis.meta.${name}`;
  return schemas.at("1.34").definition(full) ? [] : [shape];
}

describe("kinds of operators", () => {
  it("are written in words that mean something, each once", () => {
    for (const { kind, fields } of ownKinds) assert.deepEqual(unknownWords(fields), [], kind);
    const names = ownKinds.map(({ group, kind }) => `${group} ${kind}`);
    assert.equal(new Set(names).size, names.length);
    assert.ok(ownKinds.every(({ source }) => source.startsWith("https://")));
  });

  it("have nothing found in good manifests", () => {
    for (const name of readdirSync(folder)) assert.deepEqual(found(read(name)), [], name);
  });

  it("have slips in their own fields as information, in their pods as warnings, and wrong types as errors", () => {
    const serving = read("serving.yaml");
    const changed = (from: string, to: string) => {
      assert.ok(serving.includes(from), from);
      return found(serving.replace(from, to));
    };
    assert.deepEqual(changed("minReplicas: 0", "minReplica: 0"), [
      "KUB001 information: Slipway knows no field spec.rayClusterConfig.workerGroupSpecs[0].minReplica. Did you mean minReplicas?",
    ]);
    assert.deepEqual(changed("rayVersion: 2.46.0", "rayVersion: 2.46.0\n    somethingNew: true"), []);
    assert.deepEqual(changed("ports: [{containerPort: 8265", "ports: [{containrPort: 8265"), [
      "KUB001 warning: Pods have no field spec.rayClusterConfig.headGroupSpec.template.spec.containers[0].ports[0].containrPort; the operator or the API server refuses it or drops it. Did you mean containerPort?",
    ]);
    assert.deepEqual(changed("rayVersion: 2.46.0", "rayVersion: 2.46"), [
      "KUB002 error: spec.rayClusterConfig.rayVersion must be text, and this is a number. Put it in quotes.",
    ]);
    assert.deepEqual(changed("upscalingMode: Default", "upscalingMode: Fast"), [
      "KUB004 warning: spec.rayClusterConfig.autoscalerOptions.upscalingMode must be Default, Aggressive or Conservative.",
    ]);
    assert.deepEqual(changed("      - groupName: gpu\n        replicas", "      - replicas"), [
      "KUB003 warning: spec.rayClusterConfig.workerGroupSpecs[0].groupName is missing, which a RayService needs as far as Slipway knows.",
    ]);
    assert.deepEqual(changed("name: chat\n", "name: Chat\n").length, 1);
  });

  it("leave to resource definitions what those define", () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rayservices.ray.io}
spec:
  group: ray.io
  scope: Namespaced
  names: {kind: RayService, plural: rayservices}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}}}}}}
---
apiVersion: ray.io/v1
kind: RayService
metadata: {name: a}
spec: {b: 1}
`;
    assert.deepEqual(found(definition), [
      "KUB001 error: There is no field spec.b, and kubectl refuses the object. Did you mean a?",
    ]);
  });
});
