// The sentences that failed calls become.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ApiFailure, apiTrouble } from "../../../src/io/kube/apiFailure.ts";

const purpose = { what: "forward port 8000 of pod web in namespace ml", context: "dev", server: "https://k" };

describe("a call that the API server refuses", () => {
  it("names the right that the server misses", () => {
    const message =
      'pods "web" is forbidden: User "ana" cannot create resource "pods/portforward" in API group "" in the namespace "ml"';
    assert.equal(
      apiTrouble(new ApiFailure(403, "Forbidden", message), purpose).message,
      "Context dev may not forward port 8000 of pod web in namespace ml: ask the cluster's administrator for the right to create pods/portforward.",
    );
  });

  it("says what a policy or a quota says, and talks of no right", () => {
    const quota =
      'pods "web" is forbidden: exceeded quota: gpus, requested: requests.nvidia.com/gpu=2, used: 7, limited: 8';
    for (const message of [
      quota,
      'pods "web" is forbidden: violates PodSecurity "restricted:latest": privileged',
      'admission webhook "sign.example" denied the request: not signed',
    ]) {
      const trouble = apiTrouble(new ApiFailure(403, "Forbidden", message), purpose);
      assert.equal(
        trouble.message,
        `The cluster refused to forward port 8000 of pod web in namespace ml: ${message}`,
      );
    }
  });

  it("names no right where the server does not", () => {
    assert.match(
      apiTrouble(new ApiFailure(403, "", "Forbidden by the gateway"), purpose).message,
      /ask the cluster's administrator for that right\.$/,
    );
  });
});
