// What is remembered of the cluster that was asked last, and for how long.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ServedCluster } from "../../../src/app/stores/servedCluster.ts";

const values = { namespace: "ml", labels: {}, names: {}, namespaces: {} };

describe("the cluster that was asked last", () => {
  it("has a version that counts while it is open", () => {
    const served = new ServedCluster();
    let changes = 0;
    served.changed(() => changes++);
    served.learned("dev", "v1.33.1", false);
    served.learned("prod", "v1.31.0", false);
    assert.equal(served.version, "v1.31.0");
    served.learned("dev", "v1.33.1", false);
    assert.equal(served.version, "v1.33.1");
    served.learned("dev", "v1.33.1", false);
    assert.equal(changes, 3);
    served.learned("dev", "v1.33.1", true);
    assert.equal(changes, 4);
    served.keepOnly(["prod"]);
    assert.equal(served.version, "v1.31.0");
    served.keepOnly([]);
    assert.equal(served.version, undefined);
    assert.equal(changes, 6);
  });

  it("offers what it has for ten minutes, and not when it is closed", () => {
    const served = new ServedCluster();
    served.saw("dev", values, 1_000);
    assert.equal(served.valuesAt(1_000 + 9 * 60_000), values);
    assert.equal(served.valuesAt(1_000 + 10 * 60_000), undefined);
    served.keepOnly(["prod"]);
    assert.equal(served.valuesAt(1_001), undefined);
  });
});
