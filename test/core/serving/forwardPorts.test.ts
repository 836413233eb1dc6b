// The ports that an object offers to forward, model servers first.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { forwardPorts } from "../../../src/core/serving/forwardPorts.ts";

describe("the ports to forward", () => {
  it("begin with the model server's", () => {
    const container = {
      image: "vllm/vllm-openai:v0.11.0",
      args: ["--model", "x", "--port", "9000"],
      ports: [
        { name: "metrics", containerPort: 2112 },
        { name: "http", containerPort: 9000 },
        { containerPort: 53, protocol: "UDP" },
      ],
    };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      spec: { template: { spec: { containers: [container] } } },
    };
    assert.deepEqual(forwardPorts(deployment), [
      { port: 9000, name: "http", server: "vLLM" },
      { port: 2112, name: "metrics", server: undefined },
    ]);
  });

  it("are a server's usual one where nothing is declared", () => {
    const pod = { apiVersion: "v1", kind: "Pod", spec: { containers: [{ image: "ollama/ollama:0.12" }] } };
    assert.deepEqual(forwardPorts(pod), [{ port: 11434, name: undefined, server: "Ollama" }]);
  });

  it("are a Service's own", () => {
    const ports = [
      { name: "http", port: 80, targetPort: 8000 },
      { port: 53, protocol: "UDP" },
    ];
    assert.deepEqual(forwardPorts({ kind: "Service", spec: { ports } }), [
      { port: 80, name: "http", server: undefined },
    ]);
  });

  it("are none of what has none", () => {
    for (const object of [{}, { kind: "Pod" }, { kind: "Service", spec: { ports: "x" } }])
      assert.deepEqual(forwardPorts(object), []);
  });
});
