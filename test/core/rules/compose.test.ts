// The rules for Compose files on the cases beside their examples: what is meant, and what must stay silent.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { fixed, found, only as onlyOf, said as saidOf } from "./found.ts";

const only = (id: string, text: string) => onlyOf(id, text, "compose.yaml");
const said = (id: string, text: string) => saidOf(id, text, "compose.yaml");

/** A file with one service of these lines, and more at its top. */
const service = (lines: string, more = "") =>
  `services:\n  a:\n${lines.trim().replace(/^/gm, "    ")}\n${more.trim()}\n`;

describe("CMP002", () => {
  const train = "image: x:1\ncommand: torchrun train.py";
  const gpu = "gpus: all";

  it("knows every way to a GPU", () => {
    for (const way of [
      gpu,
      "gpus: [{count: 1}]",
      "runtime: nvidia",
      "devices: ['nvidia.com/gpu=all']",
      "deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}",
    ])
      assert.ok(only("CMP002", service(`${train}\n${way}`)).includes("x:1"), way);
    assert.deepEqual(only("CMP002", service(train)), []);
    assert.deepEqual(
      only(
        "CMP002",
        service(`${train}\ndeploy: {resources: {reservations: {devices: [{capabilities: [tpu]}]}}}`),
      ),
      [],
    );
  });

  it("accepts every way to shared memory", () => {
    for (const way of [
      "shm_size: 8gb",
      "ipc: host",
      "tmpfs: /dev/shm",
      "tmpfs: ['/dev/shm:size=8g']",
      "volumes: ['/dev/shm:/dev/shm']",
      "volumes: [{type: tmpfs, target: /dev/shm}]",
      "extends: {service: b}",
    ])
      assert.deepEqual(only("CMP002", service(`${train}\n${gpu}\n${way}`)), [], way);
  });

  it("speaks of vLLM only when it splits a model, and not of programs it does not know", () => {
    const vllm = (flags: string) =>
      service(`image: vllm/vllm-openai:v1\ncommand: --model /m ${flags}\n${gpu}`);
    assert.deepEqual(only("CMP002", vllm("")), []);
    assert.match(said("CMP002", vllm("--tensor-parallel-size 2")).join(), /vLLM with tensor parallelism/);
    assert.deepEqual(only("CMP002", service(`image: x:1\n${gpu}`)), []);
    assert.equal(only("CMP002", service(`image: nvcr.io/nvidia/tritonserver:25.01-py3\n${gpu}`)).length, 1);
    assert.equal(
      only("CMP002", service(`image: x:1\ncommand: [python, train.py, --num-workers, '4']\n${gpu}`)).length,
      1,
    );
  });

  it("turns the old runtime into gpus, unless GPUs were chosen", () => {
    const old = (more: string) => service(`image: x:1\nruntime: nvidia\n${more}`);
    assert.match(fixed("CMP002", old(""), "compose.yaml")[0] ?? "", /image: x:1\n {4}gpus: all\n/);
    assert.ok(!(fixed("CMP002", old(gpu), "compose.yaml")[0] ?? "runtime").includes("runtime"));
    assert.deepEqual(
      fixed("CMP002", old('environment: {NVIDIA_VISIBLE_DEVICES: "0,1"}'), "compose.yaml"),
      [],
    );
    assert.equal(fixed("CMP002", old("environment: [NVIDIA_VISIBLE_DEVICES=all]"), "compose.yaml").length, 1);
    assert.deepEqual(only("CMP002", service("image: x:1\nruntime: runsc")), []);
  });
});

describe("CMP003", () => {
  it("speaks of two requests, not of other devices", () => {
    const both = (capability: string) =>
      service(
        `image: x:1\ngpus: all\ndeploy: {resources: {reservations: {devices: [{capabilities: [${capability}]}]}}}`,
      );
    assert.deepEqual(only("CMP003", both("gpu")), ["gpus"]);
    assert.deepEqual(only("CMP003", both("tpu")), []);
    assert.match(
      said("CMP003", service("image: x:1\ngpus: [{count: 1, device_ids: ['0']}]")).join(),
      /^error/,
    );
  });
});

describe("CMP004", () => {
  it("knows every way to refer to something", () => {
    const cases: [string, string, string[]][] = [
      ["depends_on: {b: {condition: service_started}}", "", ["b"]],
      ["depends_on: {b: {condition: service_started, required: false}}", "", []],
      ["depends_on: [$OTHER]", "", []],
      ["networks: [back]", "", ["back"]],
      ["networks: {back: {aliases: [x]}}", "networks: {back: {}}", []],
      ["networks: [default]", "", []],
      ["secrets: [token]", "", ["token"]],
      ["secrets: [{source: token, target: t}]", "", ["token"]],
      ["configs: [app]", "configs: {app: {file: a}}", []],
      ["volumes: [data:/data]", "", ["data:/data"]],
      ["volumes: [data:/data:ro]", "volumes: {data: null}", []],
      ["volumes: [{type: volume, source: data, target: /data}]", "", ["data"]],
      [
        "volumes: ['./data:/data', '/data:/data', '~/data:/data', '/data', 'C:\\data:/data', '${DATA}:/data']",
        "",
        [],
      ],
      ["volumes: [{type: bind, source: ./data, target: /data}]", "", []],
    ];
    for (const [lines, more, places] of cases)
      assert.deepEqual(only("CMP004", service(`image: x:1\n${lines}`, more)), places, lines);
  });

  it("says nothing of a file that is a part of the whole", () => {
    assert.deepEqual(only("CMP004", service("volumes: [data:/data]")), []);
    const whole = service("image: x:1\ndepends_on: [b]");
    for (const path of ["compose.gpu.yaml", "docker-compose.override.yml", "a/docker-compose-dev.yaml"])
      assert.deepEqual(onlyOf("CMP004", whole, path), [], path);
    for (const path of ["docker-compose.yml", "a\\compose.yaml", "/a/b/compose.yml"])
      assert.deepEqual(onlyOf("CMP004", whole, path), ["b"], path);
    assert.deepEqual(
      only("CMP004", service("image: x:1\nvolumes: [data:/data]", "include: [other.yaml]")),
      [],
    );
    assert.deepEqual(
      only("CMP004", service("image: x:1\nextends: {file: a.yaml, service: b}\nvolumes: [data:/data]")),
      [],
    );
  });

  it("says what may be meant", () => {
    assert.match(
      said("CMP004", service("image: x:1\nvolumes: [model:/m]", "volumes: {models: null}")).join(),
      /"models" may be meant/,
    );
  });
});

describe("CMP005", () => {
  it("finds tokens in maps and lists, and leaves references alone", () => {
    const env = (text: string) => only("CMP005", service(`image: x:1\nenvironment:\n${text}`));
    const token = `hf_${"a".repeat(34)}`;
    assert.deepEqual(env(`  MINE: ${token}`), [token]);
    assert.deepEqual(env(`  - MINE=${token}`), [`MINE=${token}`]);
    for (const text of [
      "  HF_TOKEN: ${HF_TOKEN}",
      "  - HF_TOKEN=${HF_TOKEN:-}",
      "  - HF_TOKEN",
      "  HF_TOKEN:",
      "  - HF_TOKEN=$HF_TOKEN",
      "  MODEL: a/b",
    ])
      assert.deepEqual(env(text), [], text);
    const [repaired = ""] = fixed(
      "CMP005",
      service(`image: x:1\nenvironment:\n  - "HF_TOKEN=${token}"`),
      "compose.yaml",
    );
    assert.ok(repaired.includes('- "HF_TOKEN=${HF_TOKEN}"'), repaired);
  });

  it("never repeats the secret", () => {
    assert.ok(
      !said("CMP005", service("image: x:1\nenvironment: {HF_TOKEN: abcdefgh}")).join().includes("abcdefgh"),
    );
  });
});

describe("CMP006", () => {
  it("knows which ports can be read as hours", () => {
    const port = (text: string) => only("CMP006", service(`image: x:1\nports:\n  - ${text}`));
    for (const text of ["22:22", "8000:22", "8080:59"]) assert.deepEqual(port(text), [text]);
    for (const text of ['"22:22"', "8080:80", "8000", "127.0.0.1:22:22", "22:22/udp", "0:22"])
      assert.deepEqual(port(text), [], text);
    assert.match(said("CMP006", service("image: x:1\nports: [22:22]")).join(), /the number 1342/);
  });
});

describe("CMP007 to CMP009", () => {
  it("take the version out alone", () => {
    assert.deepEqual(fixed("CMP007", service("image: x:1").replace(/^/, "version: '3'\n"), "compose.yaml"), [
      service("image: x:1"),
    ]);
  });

  it("know what excludes what", () => {
    const cases: [string, string[]][] = [
      ["container_name: a\nscale: 2", ["container_name"]],
      ["container_name: a\ndeploy: {replicas: 1}", []],
      ["network_mode: host\nnetworks: [default]", ["networks"]],
      ["network_mode: host", []],
      ["healthcheck: {test: [curl, x]}", ["curl"]],
      ["healthcheck: {test: curl x}", []],
      ["healthcheck: {test: [CMD-SHELL, curl x]}", []],
      ["healthcheck: {test: ['$CHECK']}", []],
    ];
    for (const [lines, places] of cases)
      assert.deepEqual(only("CMP008", service(`image: x:1\n${lines}`)), places, lines);
  });

  it("wants a volume for what is downloaded", () => {
    assert.equal(only("CMP009", service("image: vllm/vllm-openai:v1\ncommand: [--model, a/b]")).length, 1);
    assert.deepEqual(only("CMP009", service("image: vllm/vllm-openai:v1\ncommand: --model /models/a")), []);
    assert.deepEqual(only("CMP009", service("image: ollama/ollama:1\nvolumes: ['./m:/root/.ollama']")), []);
    assert.deepEqual(
      only("CMP009", service("image: ollama/ollama:1\nentrypoint: [sh, -c, 'ollama pull x']")),
      [],
    );
    const env = "image: ghcr.io/huggingface/text-generation-inference:3\nenvironment: [MODEL_ID=a/b]";
    assert.match(said("CMP009", service(env)).join(), /loses a\/b .* \/data/);
  });

  it("leave a plain file alone", () => {
    assert.deepEqual(found(service("image: x:1\nports: ['80:80']"), "compose.yaml"), []);
    assert.deepEqual(found("services: {}\n", "compose.yaml"), []);
    assert.deepEqual(found("version: 3\n", "compose.yaml"), []);
  });
});
