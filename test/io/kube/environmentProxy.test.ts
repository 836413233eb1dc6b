// Which proxy the environment names for a server; the cases are those of Go's httpproxy.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { environmentProxy } from "../../../src/io/kube/environmentProxy.ts";

const PROXY = "http://proxy.example.com:3128";

describe("the proxy of the environment", () => {
  const cases: [server: string, direct: string, isProxied: boolean][] = [
    ["https://api.example.com:6443", "", true],
    ["https://api.example.com:6443", "*", false],
    ["https://api.example.com:6443", "example.com", false],
    ["https://api.example.com:6443", ".example.com", false],
    ["https://api.example.com:6443", "*.example.com", false],
    ["https://example.com:6443", ".example.com", true],
    ["https://example.com:6443", "example.com", false],
    ["https://notexample.com:6443", "example.com", true],
    ["https://API.Example.com:6443", " a.b , EXAMPLE.com ", false],
    ["https://api.example.com:6443", "example.com:6443", false],
    ["https://api.example.com", "example.com:443", false],
    ["https://api.example.com", "example.com:6443", true],
    ["https://10.1.2.3:6443", "10.1.0.0/16", false],
    ["https://10.2.2.3:6443", "10.1.0.0/16", true],
    ["https://10.1.2.3:6443", "10.1.2.3", false],
    ["https://10.1.2.3:6443", "10.1.2.3:443", true],
    ["https://[fd00::1]:6443", "fd00::/8", false],
    ["https://[fd00::1]:6443", "[fd00::1]:6443", false],
    ["https://[fd00::1]:6443", "fd00::1", false],
    ["https://10.1.2.3:6443", "10.1.0.0/99,/,::,[", true],
    ["https://localhost:6443", "", false],
    ["https://127.0.0.1:6443", "", false],
    ["https://127.8.9.1:6443", "", false],
    ["https://[::1]:6443", "", false],
  ];
  for (const [server, direct, isProxied] of cases)
    it(`${isProxied ? "leads to" : "is not taken for"} ${server} where NO_PROXY is ${JSON.stringify(direct)}`, () => {
      const found = environmentProxy(server, { HTTPS_PROXY: PROXY, NO_PROXY: direct });
      assert.deepEqual(found, isProxied ? { variable: "HTTPS_PROXY", address: PROXY } : undefined);
    });

  it("is that of the protocol, in capitals before small letters", () => {
    const environment = {
      https_proxy: "a:1",
      HTTP_PROXY: "socks5://b:2",
      http_proxy: "c:3",
      HTTPS_PROXY: " ",
    };
    const addressOf = (server: string) => environmentProxy(server, environment);
    assert.deepEqual(addressOf("https://x:1"), { variable: "https_proxy", address: "http://a:1" });
    assert.deepEqual(addressOf("http://x:1"), { variable: "HTTP_PROXY", address: "socks5://b:2" });
    assert.equal(environmentProxy("https://x:1", { ALL_PROXY: "a:1", no_proxy: "*" }), undefined);
    assert.equal(environmentProxy("https://x:1", { HTTPS_PROXY: "a:1", no_proxy: "*" }), undefined);
  });
});
