// The rules for CUDA in Dockerfiles on the cases beside their examples, and the tables they read.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  cudaOfTag,
  isNewerThanTable,
  oldestDriver,
  torchRelease,
} from "../../../src/core/gpu/cudaVersions.ts";
import { cudaTagProblem } from "../../../src/core/image/cudaImage.ts";
import { check } from "../../../src/core/rules/check.ts";
import type { Beside } from "../../../src/core/rules/dockerfileCheck.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { applyFix } from "./apply.ts";

function findings(rule: string, text: string, beside: Beside = {}): Finding[] {
  return check({ path: "Dockerfile", text, settings: { levels: {} }, rules, beside }).filter(
    (finding) => finding.rule === rule,
  );
}

function found(rule: string, text: string, beside: Beside = {}): string[] {
  const lines = new Lines(text);
  return findings(rule, text, beside).map(({ range }) =>
    text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end)),
  );
}

const repaired = (rule: string, text: string) =>
  findings(rule, text).flatMap(({ fixes }) => fixes.map((fix) => applyFix(text, fix)));

const base = (tag: string, run: string) => `FROM nvidia/cuda:${tag}\nRUN ${run}\n`;
const index = (tag: string) => `--index-url https://download.pytorch.org/whl/${tag}`;

describe("CUD002", () => {
  it("compares major versions, however the wheel is chosen", () => {
    for (const run of [
      `pip install torch ${index("cu118")}`,
      `pip install torch --extra-index-url=https://download.pytorch.org/whl/cu118`,
      "pip install torch==2.4.0+cu118",
      `pip install 'torch==2.4.0+cu118'`,
      "uv pip install --torch-backend cu118 torch",
      `python3 -m pip install -U torch -f https://download.pytorch.org/whl/cu118/torch_stable.html`,
    ])
      assert.deepEqual(found("CUD002", base("12.4.1-base-ubuntu22.04", run)), ["cu118"], run);
    assert.deepEqual(
      found("CUD002", base("12.4.1-base-ubuntu22.04", `pip install torch ${index("cu121")}`)),
      [],
    );
    assert.deepEqual(found("CUD002", `FROM python:3.12-slim\nRUN pip install torch ${index("cu130")}\n`), []);
  });

  it("follows variables", () => {
    const text = (cuda: string) =>
      `ARG CUDA=${cuda}\nFROM nvidia/cuda:12.4.1-base-ubuntu22.04\nARG CUDA\nARG TORCH=2.5.1\nRUN pip install torch==$TORCH ${index("${CUDA}")}\n`;
    assert.deepEqual(found("CUD002", text("cu118")), ["torch==$TORCH"]);
    assert.deepEqual(found("CUD002", text("cu121")), []);
    assert.deepEqual(
      found(
        "CUD002",
        "FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nENV PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cu118\nRUN pip install torch\n",
      ),
      ["torch"],
    );
    // A build argument may give another base image.
    assert.deepEqual(
      found(
        "CUD002",
        `ARG V=12.4.1\nFROM nvidia/cuda:$V-base-ubuntu22.04\nRUN pip install torch ${index("cu118")}\n`,
      ),
      [],
    );
  });

  it("knows which builds there are, and says what it does not know", () => {
    const slim = (run: string) => `FROM python:3.12-slim\nRUN ${run}\n`;
    const [unknown] = findings("CUD002", slim(`pip install torch==2.4.0 ${index("cu126")}`));
    assert.match(
      unknown?.message ?? "",
      /torch 2\.4 is published for cu118, cu121, cu124, not for cu126 \(as of /,
    );
    assert.equal(unknown?.severity, "warning");
    for (const run of [`torch==2.99.0 ${index("cu126")}`, `torch==2.14.0 ${index("cu150")}`]) {
      const [newer] = findings("CUD002", slim(`pip install ${run}`));
      assert.equal(newer?.severity, "information", run);
      assert.match(newer?.message ?? "", /is newer than the versions known here .* was not checked\.$/);
      assert.doesNotMatch(newer?.message ?? "", /unsupported/);
    }
    for (const run of [
      `torch==1.9.0 ${index("cu111")}`,
      `torch>=2.4 ${index("cu150")}`,
      `torch==2.4.0 --extra-index-url https://mirror.example/whl ${index("cu126")}`,
      `--pre torch==2.4.0 --index-url https://download.pytorch.org/whl/nightly/cu126`,
      `torch==2.14.* ${index("cu132")}`,
    ])
      assert.deepEqual(found("CUD002", slim(`pip install ${run}`)), [], run);
  });

  it("is repaired by the build of that release for the base image", () => {
    assert.deepEqual(
      repaired("CUD002", base("12.4.1-base-ubuntu22.04", `pip install torch==2.5.1 ${index("cu118")}`)),
      [base("12.4.1-base-ubuntu22.04", `pip install torch==2.5.1 ${index("cu124")}`)],
    );
    assert.deepEqual(
      repaired("CUD002", base("13.0.2-base-ubuntu22.04", `pip install torch==2.5.1 ${index("cu118")}`)),
      [],
    );
  });
});

describe("CUD003", () => {
  it("knows what plain pip install torch takes", () => {
    assert.deepEqual(found("CUD003", base("12.4.1-base-ubuntu22.04", "pip install torch")), ["torch"]);
    assert.deepEqual(found("CUD003", base("12.4.1-base-ubuntu22.04", "pip install torch==2.8.0 numpy")), []);
    assert.deepEqual(found("CUD003", base("13.0.2-base-ubuntu22.04", "pip install torch")), []);
    assert.deepEqual(found("CUD003", base("13.0.2-base-ubuntu22.04", "pip install torch==2.99")), []);
    assert.deepEqual(found("CUD003", "FROM python:3.12-slim\nRUN pip install torch\n"), []);
    assert.deepEqual(
      found("CUD003", base("12.4.1-base-ubuntu22.04", "pip install -i https://mirror.example torch")),
      [],
    );
  });

  it("finds a build for CPUs", () => {
    assert.deepEqual(found("CUD003", base("12.4.1-base-ubuntu22.04", `pip install torch ${index("cpu")}`)), [
      "cpu",
    ]);
  });

  it("names the index only where all packages are in it", () => {
    assert.equal(
      repaired("CUD003", base("12.4.1-base-ubuntu22.04", "pip install torch torchvision")).length,
      1,
    );
    assert.deepEqual(repaired("CUD003", base("12.4.1-base-ubuntu22.04", "pip install torch numpy")), []);
  });
});

describe("CUD005", () => {
  const runtime = "FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04\n";
  it("finds CUDA twice", () => {
    for (const packages of [`torch ${index("cu126")}`, "tensorflow[and-cuda]", '"jax[cuda12]"', "vllm"])
      assert.equal(found("CUD005", `${runtime}RUN pip install ${packages}\n`).length, 1, packages);
  });

  it("keeps quiet where something may load the system's libraries", () => {
    for (const rest of [
      "RUN pip install torch onnxruntime-gpu\n",
      "RUN apt-get install -y libcudnn9-cuda-12 && pip install torch\n",
      "RUN pip install torch && python setup.py install\n",
      `RUN pip install torch ${index("cpu")}\n`,
      "RUN pip install numpy\n",
      "COPY --from=build /wheels /wheels\nRUN pip install torch /wheels/*.whl\n",
    ]) {
      const build = rest.startsWith("COPY") ? "FROM nvidia/cuda:12.6.3-devel-ubuntu22.04 AS build\n" : "";
      assert.deepEqual(found("CUD005", `${build}${runtime}${rest}`), [], rest);
    }
    assert.deepEqual(
      found("CUD005", "FROM nvidia/cuda:12.6.3-base-ubuntu22.04\nRUN pip install torch\n"),
      [],
    );
  });

  it("offers the -base image, unless more is installed than is seen here", () => {
    assert.deepEqual(repaired("CUD005", `${runtime}RUN pip install torch ${index("cu126")}\n`), [
      `FROM nvidia/cuda:12.6.3-base-ubuntu22.04\nRUN pip install torch ${index("cu126")}\n`,
    ]);
    assert.deepEqual(
      repaired("CUD005", `${runtime}RUN pip install torch -r requirements.txt ${index("cu126")}\n`),
      [],
    );
  });
});

describe("CUD006", () => {
  const wrong: [tag: string | undefined, says: RegExp, instead?: string][] = [
    [undefined, /no tag latest/],
    ["latest", /no tag latest/],
    ["10.2-base-ubuntu18.04", /has deleted/],
    ["12.7.0-base-ubuntu22.04", /no CUDA 12\.7/],
    ["12.4-runtime-ubuntu22.04", /whole version/, "12.4.1-runtime-ubuntu22.04"],
    ["12.4.1-base", /name the system/],
    ["12.4.1-cudnn-base-ubuntu22.04", /have no cuDNN/, "12.4.1-base-ubuntu22.04"],
    ["12.6.3-cudnn9-runtime-ubuntu22.04", /without a number/, "12.6.3-cudnn-runtime-ubuntu22.04"],
    ["12.2.2-cudnn-runtime-ubuntu22.04", /version of cuDNN/],
    ["12.4.1-base-ubuntu24.04", /24\.04 from CUDA 12\.5\.1/, "12.4.1-base-ubuntu22.04"],
    ["13.0.2-base-ubuntu20.04", /no images on Ubuntu 20\.04/, "13.0.2-base-ubuntu22.04"],
    ["11.4.2-base-ubuntu20.04", /last update/, "11.4.3-base-ubuntu20.04"],
  ];
  for (const [tag, says, instead] of wrong)
    it(`knows that there is no ${tag}`, () => {
      const problem = cudaTagProblem(tag);
      assert.match(problem?.message ?? "", says);
      assert.equal(problem?.instead, instead);
      if (instead !== undefined) assert.equal(cudaTagProblem(instead), undefined);
    });

  it("takes the tags that there are, and says nothing of newer ones", () => {
    for (const tag of [
      "13.0.1-base-ubuntu24.04",
      "13.0.1-cudnn-runtime-ubuntu22.04",
      "12.4.1-cudnn-devel-ubuntu22.04",
      "12.3.2-cudnn9-devel-ubuntu22.04",
      "12.1.1-cudnn8-devel-ubuntu20.04",
      "11.8.0-base-ubuntu22.04",
      "12.6.3-tensorrt-cudnn-runtime-ubuntu22.04",
      "12.4.0-cudnn8-runtime-ubi9",
      "14.0-anything",
      "13.9.0-base-ubuntu20.04",
      "my-own-tag",
    ])
      assert.equal(cudaTagProblem(tag), undefined, tag);
  });

  it("looks only at NVIDIA's own repositories", () => {
    assert.deepEqual(found("CUD006", "FROM nvidia/cuda\n"), ["nvidia/cuda"]);
    assert.deepEqual(found("CUD006", "FROM nvcr.io/nvidia/cuda:12.4-base-ubuntu22.04\n").length, 1);
    assert.deepEqual(found("CUD006", "FROM mirror.example/nvidia/cuda:12.4-base-ubuntu22.04\n"), []);
    assert.deepEqual(
      found(
        "CUD006",
        "FROM nvidia/cuda@sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
      ),
      [],
    );
  });

  it("finds libraries for another CUDA", () => {
    const run = (packages: string) => found("CUD006", base("12.4.1-base-ubuntu22.04", packages));
    assert.deepEqual(run("apt-get install -y libnccl2=2.15.5-1+cuda11.8 libcudnn8=8.9.7.29-1+cuda12.2"), [
      "libnccl2=2.15.5-1+cuda11.8",
    ]);
    assert.deepEqual(run("pip install cupy-cuda11x && pip install cupy-cuda12x"), ["cupy-cuda11x"]);
  });
});

describe("CUD007", () => {
  const run = (line: string, from = "python:3.12-slim") => found("CUD007", `FROM ${from}\n${line}\n`);
  it("knows the ways to keep downloads out", () => {
    for (const line of [
      "RUN pip install --no-cache-dir a",
      "RUN --mount=type=cache,target=/root/.cache/pip pip install a",
      "RUN --mount=type=cache,target=/root/.cache,id=x uv pip install a",
      "ENV PIP_NO_CACHE_DIR=1\nRUN pip install a",
      "RUN PIP_NO_CACHE_DIR=1 pip install a",
      "RUN pip install a && pip cache purge",
      "RUN pip install a && rm -rf ~/.cache/pip",
      "RUN pip download a && pip wheel b",
      "RUN conda install -y a && conda clean -afy",
      "RUN pip install /wheels/*.whl",
      "RUN echo pip install a",
    ])
      assert.deepEqual(run(line), [], line);
    for (const line of [
      "RUN pip install a",
      "RUN uv sync",
      "RUN conda install -y a",
      "RUN python -m pip install a\nRUN ls",
    ])
      assert.equal(run(line).length, 1, line);
  });

  it("looks only at stages whose layers are shipped", () => {
    assert.deepEqual(
      found("CUD007", "FROM python:3.12 AS a\nRUN pip install x\nFROM python:3.12\nCOPY --from=a /x /x\n"),
      [],
    );
    assert.deepEqual(found("CUD007", "FROM python:3.12 AS a\nRUN pip install x\nFROM a\n"), ["install"]);
  });

  it("offers a cache mount where it is root who installs", () => {
    assert.deepEqual(repaired("CUD007", "FROM python:3.12-slim\nRUN pip install a\n"), [
      "FROM python:3.12-slim\nRUN --mount=type=cache,target=/root/.cache/pip pip install a\n",
      "FROM python:3.12-slim\nRUN pip install --no-cache-dir a\n",
    ]);
    assert.equal(repaired("CUD007", "FROM python:3.12-slim\nUSER 1000\nRUN pip install a\n").length, 1);
    assert.equal(repaired("CUD007", "FROM quay.io/jupyter/base-notebook:1\nRUN pip install a\n").length, 1);
  });
});

describe("CUD008", () => {
  const run = (line: string) => found("CUD008", `FROM nvidia/cuda:12.6.3-base-ubuntu22.04\n${line}\n`);
  it("finds what needs a GPU, and not what asks for one", () => {
    assert.deepEqual(run("RUN ls && nvidia-smi -L"), ["nvidia-smi"]);
    assert.equal(run('RUN python -c "import torch; assert torch.cuda.is_available()"').length, 1);
    for (const line of [
      "RUN nvidia-smi || true",
      "RUN which nvidia-smi",
      "RUN --device=nvidia.com/gpu=all nvidia-smi",
      'RUN python -c "import torch; print(torch.cuda.is_available())"',
      'CMD ["nvidia-smi"]',
      "RUN if true; then nvidia-smi; fi",
    ])
      assert.deepEqual(run(line), [], line);
  });
});

describe("CUD009", () => {
  it("finds images and downloads for the other processor", () => {
    assert.equal(
      found("CUD009", "FROM --platform=linux/amd64 nvcr.io/nvidia/l4t-pytorch:r36 AS amd64\n").length,
      1,
    );
    assert.deepEqual(
      found("CUD009", "FROM --platform=linux/arm64 nvidia/cuda:12.6.3-base-ubuntu22.04 AS arm64\n"),
      [],
    );
    assert.deepEqual(found("CUD009", "FROM pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime\n"), []);
    const get = (url: string) =>
      found("CUD009", `FROM --platform=linux/arm64 debian:12 AS arm64\nRUN curl -O ${url}\n`);
    assert.deepEqual(get("https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh").length, 1);
    assert.deepEqual(get("https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-aarch64.sh"), []);
    assert.deepEqual(get("https://example.com/x86_64-to-arm64.sh"), []);
  });
});

describe("CUD010", () => {
  it("finds weights, unless they are ignored or of a stage that is not shipped", () => {
    assert.deepEqual(found("CUD010", "FROM a:1\nCOPY a/b.gguf c.py /x/\n"), ["a/b.gguf"]);
    assert.deepEqual(found("CUD010", "FROM a:1 AS x\nCOPY b.pt /x/\nFROM a:1\nCOPY --from=x /b.pt /\n"), []);
    assert.deepEqual(found("CUD010", "FROM a:1\nCOPY b.pt /x/\n", { dockerignore: "*.pt\n" }), []);
  });

  it("says that there is no .dockerignore only where somebody looked", () => {
    assert.deepEqual(found("CUD010", "FROM a:1\nCOPY . /app\n"), []);
    assert.deepEqual(found("CUD010", "FROM a:1\nCOPY . /app\n", { dockerignore: null }), ["."]);
    assert.deepEqual(found("CUD010", "FROM a:1\nCOPY . /app\n", { dockerignore: ".git\n" }), []);
  });
});

describe("the tables of CUDA", () => {
  it("know drivers, tags and releases, and what is newer", () => {
    assert.equal(oldestDriver({ major: 12, minor: 4 }), "525");
    assert.equal(oldestDriver({ major: 14, minor: 0 }), undefined);
    assert.deepEqual(cudaOfTag("cu118"), { major: 11, minor: 8 });
    assert.deepEqual(cudaOfTag("cu92"), { major: 9, minor: 2 });
    assert.equal(cudaOfTag("cpu"), undefined);
    assert.equal(isNewerThanTable({ major: 13, minor: 4 }), false);
    assert.equal(isNewerThanTable({ major: 13, minor: 5 }), true);
    assert.equal(torchRelease("2.4.1").kind, "known");
    assert.equal(torchRelease("3.0").kind, "newer");
    assert.equal(torchRelease("1.13").kind, "older");
    assert.equal(torchRelease(undefined).kind, "known");
  });
});
