// A cluster that the command line reaches by the proxy of its environment, as kubectl does.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "mocha";
import { httpProxy } from "../support/proxies.ts";
import { half, ownFolder } from "./folder.ts";
import { slipway } from "./world.ts";

const kubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "one",
  contexts: [{ name: "one", context: { cluster: "one", user: "one" } }],
  clusters: [{ name: "one", cluster: { server: "https://cluster.invalid:6443" } }],
  users: [{ name: "one", user: { token: "t" } }],
});

describe("slipway check with a cluster behind a proxy", () => {
  const folder = ownFolder();

  async function run(environment: Record<string, string>) {
    folder.put("pod.yaml", half);
    folder.put("config", kubeconfig);
    const paths = { KUBECONFIG: join(folder.path, "config"), XDG_CACHE_HOME: join(folder.path, ".cache") };
    return slipway(["check", "--cluster", join(folder.path, "pod.yaml")], {
      workingDirectory: folder.path,
      environment: { ...paths, ...environment },
    });
  }

  it("asks the one that HTTPS_PROXY names, and says so when it fails", async () => {
    const asked: string[] = [];
    const proxy = await httpProxy(1, (head) => {
      asked.push(head.split("\r\n")[0] ?? "");
      return "HTTP/1.1 403 Forbidden\r\n\r\n";
    });
    try {
      const { code, error } = await run({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
      assert.equal(code, 2, error);
      assert.match(error, /gave no connection to cluster\.invalid:6443 \(403 Forbidden\): check HTTPS_PROXY/);
      assert.deepEqual(new Set(asked), new Set(["CONNECT cluster.invalid:6443 HTTP/1.1"]));
    } finally {
      await proxy.stop();
    }
  });

  it("asks none for what NO_PROXY names", async () => {
    const { code, error } = await run({ HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: ".invalid" });
    assert.equal(code, 2, error);
    assert.doesNotMatch(error, /proxy/i);
  });
});
