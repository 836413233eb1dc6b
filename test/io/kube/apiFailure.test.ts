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

  it("names no right where the server does not", () => {
    assert.match(
      apiTrouble(new ApiFailure(403, "", "Forbidden by the gateway"), purpose).message,
      /ask the cluster's administrator for that right\.$/,
    );
  });
});
