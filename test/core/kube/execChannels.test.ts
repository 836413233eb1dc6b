// How an exec says that it ended.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { execEnd } from "../../../src/core/kube/execChannels.ts";

describe("the end of an exec", () => {
  for (const [what, status, expected] of [
    ["well", { status: "Success" }, { kind: "exited", exitCode: 0 }],
    [
      "with an exit code",
      {
        status: "Failure",
        reason: "NonZeroExitCode",
        message: "command terminated with non-zero exit code",
        details: { causes: [{ reason: "ExitCode", message: "127" }] },
      },
      { kind: "exited", exitCode: 127 },
    ],
    [
      "with a code that is none",
      { status: "Failure", reason: "NonZeroExitCode" },
      { kind: "exited", exitCode: 1 },
    ],
    [
      "before it began",
      { status: "Failure", reason: "InternalError", message: "executable file not found in $PATH" },
      { kind: "failed", why: "executable file not found in $PATH" },
    ],
    ["without a word", {}, { kind: "failed", why: "the server gave no reason" }],
  ] as const)
    it(what, () => assert.deepEqual(execEnd(JSON.stringify(status)), expected));

  it("in a text that is no Status", () => assert.deepEqual(execEnd("oops"), { kind: "failed", why: "oops" }));
});
