// Which servers count as being on this machine.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isLoopback } from "../../../src/io/kube/address.ts";

describe("where a cluster is", () => {
  it("is this machine for every name of loopback", () => {
    for (const server of ["https://127.0.0.1:6443", "http://localhost:8001", "https://[::1]:6443/k8s"])
      assert.equal(isLoopback(new URL(server)), true, server);
  });

  it("is elsewhere for the rest, names that only begin like loopback among them", () => {
    for (const server of [
      "https://10.0.0.1:6443",
      "https://127.0.0.1.example.com",
      "https://localhost.example",
    ])
      assert.equal(isLoopback(new URL(server)), false, server);
  });
});
