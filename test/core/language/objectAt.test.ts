// Which object of a manifest the cursor is in.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { objectAt } from "../../../src/core/language/objectAt.ts";

const text = `# first
apiVersion: v1
kind: Service
metadata:
  name: front
  namespace: web
---
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: llm }
    spec: {}
  - apiVersion: batch/v1
    kind: Job
    metadata:
      generateName: train-
`;

describe("the object at a place of a manifest", () => {
  const at = (mark: string) => {
    const found = objectAt(text, text.indexOf(mark));
    return found && `${found.group}/${found.kind} ${found.namespace ?? "-"}/${found.name ?? "-"}`;
  };

  it("is the one around it, in lists too", () => {
    assert.equal(at("front"), "/Service web/front");
    assert.equal(at("spec: {}"), "apps/Deployment -/llm");
    assert.equal(at("generateName"), "batch/Job -/-");
  });

  it("is the first before all of them, and the one before between two", () => {
    assert.equal(at("# first"), "/Service web/front");
    assert.equal(at("---"), "/Service web/front");
    assert.equal(objectAt(text, text.length)?.kind, "Job");
  });

  it("is none where there is no object", () => {
    assert.equal(objectAt("a: 1\n", 0), undefined);
    assert.equal(objectAt("", 0), undefined);
    assert.equal(objectAt(": : [", 2), undefined);
  });
});
