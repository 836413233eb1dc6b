// Unquoted YAML values as kubectl reads them.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { scalarValue } from "../../../src/core/syntax/yamlScalar.ts";

const read = (text: string, plain = true) => {
  const value = scalarValue({ kind: "scalar", text, plain, start: 0, end: text.length });
  return "value" in value ? value.value : value.is;
};

describe("scalarValue", () => {
  it("reads words of YAML 1.1", () => {
    for (const word of ["y", "Yes", "on", "TRUE"]) assert.equal(read(word), true, word);
    for (const word of ["n", "No", "off", "false"]) assert.equal(read(word), false, word);
    for (const word of ["", "~", "null", "NULL"]) assert.equal(read(word), "null", word);
    for (const word of ["yEs", "nope", "oN", "nullable", "True1", "constructor", "toString"])
      assert.equal(read(word), "text", word);
  });

  it("reads numbers as go-yaml does", () => {
    const numbers = {
      "0": 0,
      "+7": 7,
      "-12": -12,
      "1_000": 1000,
      "0755": 493,
      "0o755": 493,
      "0x1F": 31,
      "-0b101": -5,
      "08": 8,
      "1e3": 1000,
      "1.10": 1.1,
      ".5": 0.5,
      "5.": 5,
      "-.inf": -Infinity,
    };
    for (const [text, value] of Object.entries(numbers)) assert.equal(read(text), value, text);
    assert.ok(Number.isNaN(read(".nan")));
  });

  it("leaves what only begins like a number", () => {
    const texts = [
      "1.2.3",
      "12:30",
      "2024-01-01",
      "2024-1-1 10:00:00",
      "500m",
      "1Gi",
      "0x",
      "-",
      "--5",
      "1e",
      "v1",
    ];
    for (const text of texts) assert.equal(read(text), "text", text);
  });

  it("takes a quoted value for text", () => {
    for (const text of ["", "5", "true", "null"]) assert.equal(read(text, false), "text", text);
  });

  it("ends quickly on digits without end", () => {
    assert.equal(read("1".repeat(1_000_000)), "text");
  });
});
