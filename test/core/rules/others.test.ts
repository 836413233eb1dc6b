// The rules for serving, Dockerfiles and devcontainers on the cases beside their examples.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { applyFix } from "./apply.ts";
import { fixed, found, only, pod } from "./found.ts";

function fixes(text: string, path = "a.yaml"): string[] {
  const findings = check({ path, text, settings: { levels: {} }, rules });
  return findings.flatMap((finding) => finding.fixes.map((fix) => applyFix(text, fix)));
}

describe("SRV001", () => {
  const servers: [string, string, RegExp][] = [
    ["vllm/vllm-openai:v0.11.0", "", /path: \/v1\/models\n +port: 8000/],
    ["vllm/vllm-openai:v0.11.0", "args: [--api-key, $(KEY)]", /path: \/health\n/],
    ["vllm/vllm-openai:v0.11.0", "args: [--port=9000]", /port: 9000/],
    ["lmsysorg/sglang:latest", "ports: [{containerPort: 31000}]", /path: \/health\n +port: 31000/],
    ["ghcr.io/huggingface/text-generation-inference:3", 'env: [{name: PORT, value: "8080"}]', /port: 8080/],
    [
      "nvcr.io/nvidia/tritonserver:25.01-py3",
      "ports: [{containerPort: 8000}, {containerPort: 8001}]",
      /port: 8000/,
    ],
    ["nvcr.io/nim/meta/llama:1", "", /path: \/v1\/health\/ready/],
    ["tensorflow/serving:2.19.0-gpu", "", /tcpSocket:\n +port: 8500/],
    ["ollama/ollama:0.12", "", /path: \/\n +port: 11434/],
    ["registry.example/own:1", 'command: ["bash", "-c", "exec vllm serve x"]', /v1\/models/],
  ];
  for (const [image, more, probe] of servers)
    it(`knows how to ask ${image} ${more}`, () => {
      const text = pod(`image: ${image}\n${more}`);
      assert.deepEqual(only("SRV001", text), [image]);
      assert.match(fixed("SRV001", text)[0] ?? "", probe);
    });

  const silent = [
    "image: kserve/kserve-controller:v0.15",
    "image: registry.example/train:1",
    "image: vllm/vllm-openai:v1\ncommand: [ray, start, --block]",
    "image: vllm/vllm-openai:v1\ncommand: [python, download.py]",
    "image: lmsysorg/sglang:v1\ncommand: [python3, -m, sglang.launch_server, --nnodes, '2', --node-rank, '1']",
  ];
  for (const container of silent)
    it(`takes no server for one: ${container.replace("\n", " ")}`, () => {
      assert.deepEqual(only("SRV001", pod(container)), []);
    });

  it("says nothing of a batch job", () => {
    const template = "{spec: {containers: [{name: a, image: vllm/vllm-openai:v1}]}}";
    assert.deepEqual(only("SRV001", `apiVersion: batch/v1\nkind: Job\nspec: {template: ${template}}\n`), []);
  });
});

describe("SRV002", () => {
  const server = (probes: string) =>
    pod(`image: vllm/vllm-openai:v1\nreadinessProbe: {httpGet: {path: /v1/models, port: 8000}}\n${probes}`);
  const get = "httpGet: {path: /health, port: 8000}";

  it("accepts enough time, given in either way", () => {
    assert.deepEqual(found(server("")), []);
    assert.deepEqual(found(server(`livenessProbe: {${get}, initialDelaySeconds: 600}`)), []);
    assert.deepEqual(
      found(server(`startupProbe: {${get}, failureThreshold: 60}\nlivenessProbe: {${get}}`)),
      [],
    );
    assert.deepEqual(found(server(`livenessProbe: {${get}, initialDelaySeconds: $DELAY}`)), []);
  });

  it("finds a short startup probe, and lengthens it", () => {
    const short = server(`startupProbe: {${get}, periodSeconds: 5, failureThreshold: 12}`);
    assert.deepEqual(found(short), ["SRV002 «12»"]);
    assert.match(fixes(short)[0] ?? "", /failureThreshold: 120/);
    assert.deepEqual(found(server(`startupProbe: {${get}}`)), ["SRV002 «startupProbe»"]);
  });

  it("copies the liveness probe's question into the startup probe", () => {
    const text = server('livenessProbe:\n  exec:\n    command: [sh, -c, "true"]');
    assert.match(fixes(text)[0] ?? "", /startupProbe:\n +exec:\n +command:\n +- sh\n +- "-c"\n +- "true"/);
    assert.deepEqual(found(fixes(text)[0] ?? ""), []);
  });
});

describe("SRV007", () => {
  const env = (name: string, value: string) => pod(`image: x\nenv:\n  - name: ${name}\n    value: ${value}`);
  const shaped = `hf_${"a".repeat(34)}`;

  it("finds tokens by the variable's name and by their shape", () => {
    assert.deepEqual(found(env("AWS_SECRET_ACCESS_KEY", "abcdefgh")), ["SRV007 «abcdefgh»"]);
    assert.deepEqual(found(env("MY_VARIABLE", shaped)), [`SRV007 «${shaped}»`]);
  });

  it("leaves placeholders, references and other variables alone", () => {
    for (const value of [
      '""',
      "$(TOKEN)",
      "$HF_TOKEN",
      "<your token>",
      "changeme",
      "YOUR_TOKEN",
      "xxx",
      "hf_...",
      "'${HF_TOKEN}'",
    ])
      assert.deepEqual(found(env("HF_TOKEN", value)), [], value);
    assert.deepEqual(found(env("MODEL", "Qwen/Qwen3-8B")), []);
    assert.deepEqual(found(pod("image: x\nenv: [{name: HF_TOKEN}]")), []);
  });

  it("never repeats the secret", () => {
    for (const text of [env("HF_TOKEN", shaped), env("HF_TOKEN", `|\n      ${shaped}`)]) {
      const [finding, ...more] = check({ path: "a.yaml", text, settings: { levels: {} }, rules });
      assert.deepEqual(more, []);
      const { range: _range, ...said } = finding ?? { range: undefined };
      assert.ok(!JSON.stringify(said).includes(shaped));
      const [repaired] = fixes(text);
      assert.ok(repaired && !repaired.includes(shaped));
      assert.match(repaired, /valueFrom:\n +secretKeyRef:\n +name: hf-token\n +key: HF_TOKEN\n/);
      assert.deepEqual(found(repaired), []);
    }
  });
});

describe("CUD004", () => {
  const image = "nvidia/cuda:12.4.1-devel-ubuntu22.04";
  const file = (text: string, path = "Dockerfile") => found(text, path);

  it("looks at the stage that is shipped", () => {
    assert.deepEqual(file(`FROM ${image} AS build\nRUN make\nFROM debian:12\nCOPY --from=build /a /a\n`), []);
    assert.deepEqual(file(`FROM debian:12 AS build\nFROM ${image}\n`), [`CUD004 «${image}»`]);
    assert.deepEqual(file(`FROM ${image} AS base\nFROM base\n`), [`CUD004 «${image}»`]);
    assert.deepEqual(file("FROM pytorch/pytorch:2.10.0-cuda12.8-cudnn9-devel\n").length, 1);
  });

  it("offers the runtime image, unless something is compiled in that stage", () => {
    assert.deepEqual(fixes(`FROM ${image}\nRUN python -m compileall /app\n`, "Dockerfile"), [
      "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN python -m compileall /app\n",
    ]);
    assert.deepEqual(fixes(`FROM ${image}\nRUN pip install --no-cache-dir flash-attn\n`, "Dockerfile"), []);
  });

  it("accepts other images, and images to develop in", () => {
    assert.deepEqual(file("FROM python:3.13\n"), []);
    assert.deepEqual(file("FROM registry.example/app:1-devel\n"), []);
    assert.deepEqual(file(`FROM ${image}\n`, ".devcontainer/Dockerfile"), []);
    assert.deepEqual(file(`FROM ${image}\n`, "Dockerfile.dev"), []);
    assert.deepEqual(file(`FROM ${image} AS dev\n`), []);
  });
});

describe("DEV001", () => {
  const file = (text: string) => found(text, "devcontainer.json");
  const repaired = (text: string) =>
    fixes(text, "devcontainer.json").map((fixed) => JSON.parse(fixed) as unknown);

  it("moves --gpus to hostRequirements, and gives shared memory", () => {
    for (const flag of ['"--gpus", "all"', '"--gpus=all"'])
      assert.deepEqual(repaired(`{"image": "x", "runArgs": [${flag}]}`), [
        { image: "x", runArgs: ["--shm-size=8g"], hostRequirements: { gpu: "optional" } },
      ]);
    assert.deepEqual(repaired('{"runArgs": ["--ipc=host", "--gpus", "all", "--init"]}'), [
      { runArgs: ["--ipc=host", "--init"], hostRequirements: { gpu: "optional" } },
    ]);
    assert.deepEqual(repaired('{"runArgs": ["--ipc=host", "--gpus=all"], "hostRequirements": {"cpus": 8}}'), [
      { runArgs: ["--ipc=host"], hostRequirements: { cpus: 8, gpu: "optional" } },
    ]);
    assert.deepEqual(
      repaired('{"runArgs": ["--gpus=all", "--ipc=host"], "hostRequirements": {"gpu": true}}'),
      [{ runArgs: ["--ipc=host"], hostRequirements: { gpu: true } }],
    );
  });

  it("asks for shared memory where there is a GPU", () => {
    const text = '{"image": "x", "hostRequirements": {"gpu": "optional"}}';
    assert.deepEqual(file(text), ['DEV001 «"gpu"»']);
    assert.deepEqual(repaired(text), [
      { image: "x", hostRequirements: { gpu: "optional" }, runArgs: ["--shm-size=8g"] },
    ]);
    assert.deepEqual(file('{"hostRequirements": {"gpu": false}}'), []);
    assert.deepEqual(file('{"hostRequirements": {"gpu": true}, "runArgs": ["--shm-size", "8g"]}'), []);
  });

  it("knows that runArgs do nothing with compose", () => {
    assert.deepEqual(file('{"dockerComposeFile": "c.yaml", "runArgs": ["--gpus=all"]}').length, 1);
    assert.deepEqual(file('{"dockerComposeFile": "c.yaml", "hostRequirements": {"gpu": true}}'), []);
  });
});
