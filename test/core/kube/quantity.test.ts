// Kubernetes quantities.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatBinaryQuantity, parseQuantity } from "../../../src/core/kube/quantity.ts";

describe("parseQuantity", () => {
  const values: [string, number | undefined][] = [
    ["1", 1],
    ["0.5", 0.5],
    [".5", 0.5],
    ["2.", 2],
    ["500m", 0.5],
    ["3000m", 3],
    ["100n", 1e-7],
    ["8Gi", 8 * 2 ** 30],
    ["64Mi", 64 * 2 ** 20],
    ["1k", 1000],
    ["1E", 1e18],
    ["1e3", 1000],
    ["1E3", 1000],
    ["12e-1", 1.2],
    ["-1", -1],
    ["+1", 1],
    ["", undefined],
    ["one", undefined],
    ["8GB", undefined],
    ["8gi", undefined],
    ["1 Gi", undefined],
    ["1e", undefined],
    ["1.2.3", undefined],
  ];
  for (const [text, value] of values) {
    it(`reads ${JSON.stringify(text)} as ${value}`, () => assert.equal(parseQuantity(text), value));
  }
});

describe("formatBinaryQuantity", () => {
  it("writes the largest whole unit", () => {
    assert.equal(formatBinaryQuantity(8 * 2 ** 30), "8Gi");
    assert.equal(formatBinaryQuantity(1536 * 2 ** 20), "1536Mi");
    assert.equal(formatBinaryQuantity(1500), "1500");
  });
});
