// Names, labels and addresses as the API server takes them; each case was tried on one.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { betterName, isNamed, type NameFormat } from "../../../../src/core/kube/schema/names.ts";
import { cpuMs, isWithin } from "../../../support/cpuTime.ts";

const cases: Readonly<Record<NameFormat, { good: string[]; bad: string[] }>> = {
  label: { good: ["a", "0-a", "a".repeat(63)], bad: ["A", "a_b", "a.b", "-a", "a-", "a".repeat(64)] },
  label1035: { good: ["a-0"], bad: ["0a", "a."] },
  subdomain: {
    good: ["a.b-c.d", "10.0.0.1"],
    bad: ["a..b", ".a", "a.-b", "A", "a_b", "a.".repeat(127) + "a"],
  },
  value: { good: ["a_B.c", "1"], bad: ["a b", "-a", "a/b", "é", "a".repeat(64)] },
  qualified: { good: ["app", "example.com/A_b.c"], bad: ["a/b/c", "/a", "a/", "Example.com/a", "a b"] },
  annotation: { good: ["Example.com/a"], bad: ["a b", "a/b/c"] },
  key: { good: ["train.yaml", "_A-b", ".env"], bad: ["a/b", "..", "..a", "a b"] },
  port: { good: ["http", "h2c-1"], bad: ["HTTP", "8080", "a--b", "-a", "prometheus-metrics", "a_b"] },
  cidr: {
    good: ["10.0.0.0/8", "fd00::/8", "0.0.0.0/0"],
    bad: ["10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/8/8"],
  },
  ip: { good: ["10.0.0.1", "::1", "::ffff:10.0.0.1"], bad: ["10.0.0", "256.0.0.1", "localhost"] },
  percent: { good: ["25%", "0%"], bad: ["25", "a%", "-1%"] },
  path: { good: ["system:node", "A b"], bad: [".", "..", "a/b", "a%b"] },
};

describe("isNamed", () => {
  for (const [format, { good, bad }] of Object.entries(cases) as [NameFormat, (typeof cases)["label"]][]) {
    it(`knows a ${format}`, () => {
      for (const text of good) assert.ok(isNamed(text, format), text);
      for (const text of bad) assert.ok(!isNamed(text, format), text);
    });
  }

  it("ends quickly on long texts", () => {
    const before = cpuMs();
    for (const format of Object.keys(cases) as NameFormat[]) isNamed(`${"a-".repeat(100_000)}!`, format);
    assert.ok(isWithin(cpuMs() - before, 1_000));
  });
});

describe("betterName", () => {
  it("offers what may have been meant, when that is right", () => {
    assert.equal(betterName("My_Model.v1", "label"), "my-model-v1");
    assert.equal(betterName("My_Model.v1", "subdomain"), "my-model.v1");
    assert.equal(betterName("NLP research!", "value"), "NLP-research");
    assert.equal(betterName("___", "label"), undefined);
    assert.equal(betterName("prometheus-metrics", "port"), undefined);
    assert.equal(betterName("a".repeat(64), "label"), undefined);
  });
});
