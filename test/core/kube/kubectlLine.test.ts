// The kubectl command of an object, as a shell takes it apart again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { kubectlLine } from "../../../src/core/kube/kubectlLine.ts";

const pods = { plural: "pods", group: "" };

describe("the kubectl command of an object", () => {
  it("names context, namespace, and the kind without doubt", () => {
    assert.equal(kubectlLine("dev", pods, "ml", "llm-0"), "kubectl --context dev get pods/llm-0 -n ml");
    const job = kindNamed("Job");
    assert.ok(job);
    assert.equal(kubectlLine("dev", job, "ml", "train"), "kubectl --context dev get jobs.batch/train -n ml");
    const volcano = { plural: "jobs", group: "batch.volcano.sh" };
    assert.match(kubectlLine("dev", volcano, "ml", "train"), / get jobs\.batch\.volcano\.sh\/train -n ml$/);
    assert.equal(
      kubectlLine("dev", { plural: "nodes", group: "" }, undefined, "n"),
      "kubectl --context dev get nodes/n",
    );
  });

  it("is for a shell one word for each, whatever a context is called", function () {
    if (process.platform === "win32") this.skip();
    for (const context of [
      "admin@prod",
      "arn:aws:eks:eu-west-1:1:cluster/a",
      "a b",
      "it's",
      "$(touch x)",
      "`x`",
      '"',
      "a\\b",
      "*",
      "",
      "--help",
      "-é\n;&|<>!#~",
    ]) {
      const line = kubectlLine(context, pods, "ml", "system:node");
      const words = execFileSync("sh", ["-c", `kubectl() { printf '%s\\0' "$@"; }; ${line}`], {
        encoding: "utf8",
      });
      assert.deepEqual(words.split("\0").slice(0, -1), [
        "--context",
        context,
        "get",
        "pods/system:node",
        "-n",
        "ml",
      ]);
    }
  });
});
