// The engine's words about a registry, recorded from a real one, as a reason and what to do.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { registryReason } from "../../../src/core/image/registryReason.ts";

const asked = 'failed to do request: Head "https://reg.example:5000/v2/team/box/manifests/1": ';

describe("a registry that gives no answer", () => {
  for (const [said, kind, reason, remedy] of [
    [
      "tls: failed to verify certificate: x509: certificate signed by unknown authority",
      "untrusted",
      "the Docker engine does not trust the certificate of the registry reg.example:5000",
      /\/etc\/docker\/certs\.d\/reg\.example:5000\/ca\.crt on the engine's machine\.$/,
    ],
    [
      "http: server gave HTTP response to HTTPS client",
      "untrusted",
      "the registry reg.example:5000 speaks plain HTTP, and the Docker engine asks for HTTPS",
      /"insecure-registries" in the engine's daemon\.json and restart the engine\.$/,
    ],
    [
      "tls: first record does not look like a TLS handshake",
      "untrusted",
      "what answers at reg.example:5000 does not speak TLS",
      /Check the port\.$/,
    ],
    [
      "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-26T20:00:00Z is after 2026-01-01T00:00:00Z",
      "untrusted",
      "the certificate of the registry reg.example:5000 has expired, or the clock of the engine's machine is wrong",
      /^Renew/,
    ],
    [
      "tls: failed to verify certificate: x509: cannot validate certificate for 10.245.6.1 because it doesn't contain any IP SANs",
      "untrusted",
      "the certificate of the registry reg.example:5000 is made for another name",
      /^Use the name/,
    ],
    [
      "tls: failed to verify certificate: x509: certificate is valid for registry.example, not reg.example",
      "untrusted",
      "the certificate of the registry reg.example:5000 is made for another name",
      /^Use the name/,
    ],
    [
      "remote error: tls: protocol version not supported",
      "untrusted",
      "the Docker engine and the registry reg.example:5000 do not agree on TLS (protocol version not supported)",
      /^Check its TLS/,
    ],
    [
      "remote error: tls: certificate required",
      "untrusted",
      "the registry reg.example:5000 asks for a client certificate",
      /client\.cert and client\.key\.$/,
    ],
    [
      "dial tcp 10.0.0.1:5000: connect: connection reset by peer",
      "unreachable",
      "the registry reg.example:5000 can't be reached",
      /proxy/,
    ],
    [
      "dial tcp: lookup reg.example on 127.0.0.11:53: no such host",
      "unreachable",
      "the registry reg.example can't be reached",
      /proxy/,
    ],
    [
      "net/http: TLS handshake timeout",
      "unreachable",
      "the registry reg.example:5000 can't be reached",
      /proxy/,
    ],
  ] as const) {
    it(said.slice(0, 80), () => {
      const found = registryReason(`${asked}${said}`);
      assert.equal(found?.kind, kind);
      assert.equal(found.reason, reason);
      assert.match(found.remedy, remedy);
    });
  }

  it("is named by what was asked for, where the words do not name it", () => {
    const found = registryReason("x509: certificate signed by unknown authority", "a.example");
    assert.match(found?.reason ?? "", /registry a\.example$/);
    assert.match(registryReason("connection refused")?.reason ?? "", /^the registry can't be reached$/);
  });

  it("is another than one that has answered", () => {
    for (const said of [
      "manifest unknown",
      "unauthorized: authentication required",
      "toomanyrequests: slow down",
      "",
    ])
      assert.equal(registryReason(`${asked}${said}`), undefined, said);
  });
});
