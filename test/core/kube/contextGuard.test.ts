// Which contexts a person's patterns protect.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { contextGuard } from "../../../src/core/kube/contextGuard.ts";
import { settings } from "../../../src/ui/settings.ts";

describe("contexts that are handled with care", () => {
  const guard = (context: string, more: { readOnly?: string[]; protected?: string[] } = {}) =>
    contextGuard(context, { readOnly: [], protected: [], ...more });

  it("are found by patterns, whatever the case", () => {
    for (const [name, pattern, is] of [
      ["prod", "prod", true],
      ["production", "prod", false],
      ["eu-Prod-1", "*prod*", true],
      ["arn:aws:eks:eu-west-1:123:cluster/prod", "arn:*:cluster/prod", true],
      ["aXbXc", "a*b*c", true],
      ["ab", "a*b*b", false],
      ["aa", "a*a", true],
      ["a", "a*a", false],
      ["a.b", "a?b", false],
      ["anything", "*", true],
      ["", "*", true],
      ["a", "", false],
    ] as const)
      assert.equal(guard(name, { protected: [pattern] }), is ? "protected" : "none", `${name} by ${pattern}`);
  });

  it("are those that the last pattern says, and reading alone comes before protection", () => {
    const patterns = { protected: ["*prod*", "!*nonprod*", "eu-nonprod"] };
    assert.equal(guard("us-prod", patterns), "protected");
    assert.equal(guard("us-nonprod", patterns), "none");
    assert.equal(guard("eu-nonprod", patterns), "protected");
    assert.equal(guard("us-prod", { ...patterns, readOnly: ["us-*"] }), "readOnly");
  });

  it("are by default those that sound like production", () => {
    const patterns = {
      protected: settings["contexts.protected"].default,
      readOnly: settings["contexts.readOnly"].default,
    };
    for (const name of ["production", "gke_acme-prod_europe-west1_ml", "PRD-cluster", "admin@prod"])
      assert.equal(guard(name, patterns), "protected", name);
    for (const name of ["kind-dev", "minikube", "acme-nonprod", "staging", "non-production"])
      assert.equal(guard(name, patterns), "none", name);
  });

  it("are found in time in the longest of names", () => {
    const name = "a".repeat(100_000);
    assert.equal(guard(name, { protected: [`${"*a".repeat(2_000)}*b`] }), "none");
  });
});
