// What is read of Jupyter in a container: runtime files, addresses, and the script that starts one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "mocha";
import {
  basePath,
  explainStart,
  findScript,
  logScript,
  parseFound,
  networkOwner,
  portToServe,
  publishAdvice,
  reachPort,
  startScript,
  withoutTokens,
} from "../../../src/core/devcontainer/jupyter.ts";
import { mutate, randomFrom } from "../rules/mutate.ts";

const file = (more: object = {}) =>
  `slipway-jupyter-file ${JSON.stringify({ base_url: "/", hostname: "0.0.0.0", password: false, pid: 68, port: 8888, token: "t0", ...more })}\n`;

describe("Jupyter's runtime files", () => {
  it("say where a server is", () => {
    assert.deepEqual(
      parseFound(
        `noise\n${file()}${file({ pid: 9, port: 9999, base_url: "/team/a", hostname: "localhost" })}`,
      ),
      [
        { port: 8888, pid: 68, basePath: "/", token: "t0", password: false, loopbackOnly: false },
        { port: 9999, pid: 9, basePath: "/team/a/", token: "t0", password: false, loopbackOnly: true },
      ],
    );
  });
  it("that are found twice are one server", () => assert.equal(parseFound(file() + file()).length, 1));
  it("that are broken are no server", () => {
    for (const more of [{ port: "8888" }, { port: 70_000 }, { pid: "x" }, { port: 1.5 }]) {
      assert.deepEqual(parseFound(file(more)), []);
    }
    for (const text of [
      "slipway-jupyter-file {",
      "slipway-jupyter-file null",
      "slipway-jupyter-file 3",
      "",
    ]) {
      assert.deepEqual(parseFound(text), []);
    }
  });
  it("never make the reader throw", () => {
    const random = randomFrom(1);
    for (let run = 0; run < 500; run += 1) assert.doesNotThrow(() => parseFound(mutate(file(), random)));
  });
  it("have a base path with a slash at both ends", () => {
    assert.deepEqual(["", "/", "a", "/a/b/", "//a"].map(basePath), ["/", "/", "/a/", "/a/b/", "/a/"]);
  });
});

describe("the scripts", () => {
  it("are such that sh can read", () => {
    for (const script of [findScript, logScript, startScript("a1", 8888)]) {
      const { status, stderr } = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
      assert.equal(status, 0, stderr);
    }
  });
  it("take no token that could be more than a token", () => {
    for (const token of ["", "a'b", "$(id)", "a b", "a\n"])
      assert.throws(() => startScript(token, 8888), token);
  });
  it("name why there is no server", () => {
    assert.match(
      explainStart("OSError: [Errno 98] Address already in use", 8888) ?? "",
      /^Port 8888 in the container is taken/,
    );
    assert.equal(explainStart("[I ServerApp] loading\nslipway-alive\n", 8888), undefined);
    assert.match(
      explainStart("ModuleNotFoundError: No module named 'tornado'", 8888) ?? "",
      /module tornado is missing/,
    );
    assert.match(
      explainStart("PermissionError: [Errno 13]", 8888) ?? "",
      /read-only or belongs to somebody else/,
    );
    assert.match(explainStart("", 8888) ?? "", /^Jupyter ended as soon as/);
  });
  it("let no token through into a log", () => {
    const token = "0123456789abcdef".repeat(3);
    const digest = "0123456789abcdef".repeat(4);
    const text = withoutTokens(`http://x/?token=${digest}&a=1 and ${token}, image sha256:${digest}`);
    assert.ok(!text.includes(` ${token}`));
    assert.match(text, /image sha256:0123456789abcdef/);
    assert.match(text, /\?token=…&a=1/);
  });
});

describe("a port of a container", () => {
  const inspected = (ports: object, more: object = {}) => ({
    NetworkSettings: { Ports: ports, Networks: { bridge: { IPAddress: "172.17.0.2" } }, ...more },
  });
  it("is reached where it is published", () => {
    const one = (HostIp: string) => inspected({ "8888/tcp": [{ HostIp, HostPort: "49153" }] });
    assert.deepEqual(reachPort(one("127.0.0.1"), 8888, undefined), { host: "127.0.0.1", port: 49_153 });
    assert.deepEqual(reachPort(one("0.0.0.0"), 8888, undefined), { host: "127.0.0.1", port: 49_153 });
    assert.deepEqual(reachPort(one("::"), 8888, "gpu-box"), { host: "gpu-box", port: 49_153 });
    assert.deepEqual(reachPort(one("::1"), 8888, undefined), { host: "[::1]", port: 49_153 });
  });
  it("is reached at the container's own address of an engine here, and nowhere of one elsewhere", () => {
    assert.deepEqual(reachPort(inspected({ "8888/tcp": null }), 8888, undefined), {
      host: "172.17.0.2",
      port: 8888,
    });
    assert.equal(reachPort(inspected({}), 8888, "gpu-box"), undefined);
    assert.deepEqual(reachPort({ HostConfig: { NetworkMode: "host" } }, 8888, undefined), {
      host: "127.0.0.1",
      port: 8888,
    });
    assert.equal(reachPort(undefined, 8888, undefined), undefined);
  });
  it("of a container that shares another's network is that one's", () => {
    assert.equal(networkOwner({ HostConfig: { NetworkMode: "container:abc" } }), "abc");
    assert.equal(networkOwner({ HostConfig: { NetworkMode: "bridge" } }), undefined);
    assert.equal(networkOwner(undefined), undefined);
  });
  it("is published where the container is described", () => {
    assert.match(
      publishAdvice({}, 8888),
      /in devcontainer\.json \("runArgs": \["--publish=127\.0\.0\.1::8888"\]\)/,
    );
    const ofCompose = { Config: { Labels: { "com.docker.compose.project": "w" } } };
    assert.match(publishAdvice(ofCompose, 9000), /in the Compose file \(ports: \["127\.0\.0\.1::9000"\]\)/);
  });
  it("for a new server is the usual one, or the only published one", () => {
    const bound = [{ HostIp: "", HostPort: "1" }];
    assert.equal(portToServe(inspected({ "8888/tcp": bound, "80/tcp": bound })), 8888);
    assert.equal(portToServe(inspected({ "9000/tcp": bound, "8888/tcp": null })), 9000);
    assert.equal(portToServe(inspected({})), 8888);
    assert.equal(portToServe(undefined), 8888);
  });
});
