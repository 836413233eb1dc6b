// What our rules say of a manifest beside what a real API server says of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { check } from "../../src/core/rules/check.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import { readExample } from "../../src/core/rules/rule.ts";
import { applyFix } from "../core/rules/apply.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { sharedCluster } from "./world.ts";

/** Errors for other reasons than that the server refuses them: another's GPUs, a secret, an engine that refuses. */
const NOT_REFUSED = new Set(["GPU010", "SRV005", "SRV007"]);
/** Rules about whole objects, of kinds that a bare server has. */
const ABOUT_OBJECTS = new Set(["DRA001", "LNT002", "LNT004", "LNT005"]);

describe("the rules beside a real API server", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  const folder = mkdtempSync(join(tmpdir(), "slipway-rules-"));
  const path = join(folder, "example.yaml");

  before(async function () {
    cluster = await sharedCluster(this);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function apply(text: string): Promise<string> {
    writeFileSync(path, text);
    return cluster.kubectl("create", "--dry-run=server", "-f", path);
  }

  for (const rule of rules) {
    if (rule.appliesTo !== "pod" && !ABOUT_OBJECTS.has(rule.id)) continue;

    it(`${rule.id}: the server accepts the good example`, async () => {
      assert.match(await apply(rule.good), /created/);
    });

    if (rule.severity !== "error" || NOT_REFUSED.has(rule.id)) continue;

    it(`${rule.id}: the server refuses the bad example, until it is fixed`, async () => {
      const { text } = readExample(rule.bad);
      const findings = check({ path, text, settings: { levels: {} }, rules: [rule] });
      const errors = findings.filter((finding) => finding.severity === "error");
      assert.ok(errors.length > 0);
      await assert.rejects(apply(text), /is invalid/);
      const [fix] = errors[0]?.fixes ?? [];
      if (fix) assert.match(await apply(applyFix(text, fix)), /created/);
    });
  }
});
