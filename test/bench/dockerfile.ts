// 1,000 Dockerfiles of images for machine learning: our check beside dockerfile-utils, the checks of Docker's extension.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check } from "../../src/core/rules/check.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import { cached } from "../support/cache.ts";
import { runCommand } from "../support/command.ts";
import { type Bench, median, percentile95 } from "./bench.ts";

const VERSION = "0.16.3";
const FILES = 1_000;
const WARM_UPS = 200;
/** Of each file, the quickest counts: the others were held up by what else the machine does. */
const RUNS = 3;

export const bench: Bench = {
  name: "1,000 Dockerfiles",
  async run() {
    const files = Array.from({ length: FILES }, (_, index) => dockerfile(index));
    const validate = await dockerfileUtils();
    const settings = { levels: {}, profile: "strict" } as const;
    const ours = (text: string) => check({ path: "Dockerfile", text, settings, rules });
    if (ours(files[0] ?? "").length === 0) throw new Error("our check found nothing");
    if (validate("FRM a\n").length === 0) throw new Error("dockerfile-utils found nothing");
    for (const text of files.slice(0, WARM_UPS)) {
      ours(text);
      validate(text);
    }
    const ourMs: number[] = [];
    const theirMs: number[] = [];
    for (const text of files) {
      ourMs.push(quickest(() => ours(text)));
      theirMs.push(quickest(() => validate(text)));
    }
    const long = Array.from({ length: 12 }, (_, index) => dockerfile(index)).join("\n");
    const longMs = Array.from({ length: 25 }, () => quickest(() => ours(long)));
    return {
      rows: [
        { name: "each, 95th percentile, strict", value: percentile95(ourMs), unit: "ms", target: 5 },
        {
          name: "beside dockerfile-utils (median)",
          value: median(ourMs),
          unit: "ms",
          peer: `dockerfile-utils ${VERSION}`,
          peerValue: median(theirMs),
          ratio: median(ourMs) / median(theirMs),
        },
        { name: `one of ${long.split("\n").length} lines`, value: median(longMs), unit: "ms", target: 50 },
      ],
    };
  },
};

function quickest(run: () => unknown): number {
  const ms = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...ms);
}

/** As people write them, each a little different, some with mistakes. */
function dockerfile(index: number): string {
  const cuda = ["12.4.1", "12.6.3", "13.0.2", "11.8.0"][index % 4];
  const flavour = ["cudnn-runtime", "devel", "base"][index % 3];
  const packages = Array.from(
    { length: 5 + (index % 12) },
    (_, one) => `    package-${index}-${one}${one % 3 === 0 ? "==1.2" : ""} \\`,
  );
  const settings = Array.from(
    { length: index % 9 },
    (_, one) => `ENV SETTING_${one}="value ${index}" OTHER_${one}=\${SETTING_${one}:-x}`,
  );
  return `# syntax=docker/dockerfile:1
# check=skip=FromAsCasing
ARG CUDA=${cuda}
ARG TORCH=2.${4 + (index % 10)}.0
FROM nvidia/cuda:\${CUDA}-${flavour}-ubuntu22.04 as build
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && \\
    # what is compiled with
    apt-get install ${index % 5 === 0 ? "" : "-y "}--no-install-recommends \\
    build-essential cmake git curl python3-dev python3-pip \\
    && rm -rf /var/lib/apt/lists/*
WORKDIR ${index % 7 === 0 ? "src" : "/src"}
COPY requirements-${index}.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip wheel -r requirements-${index}.txt --wheel-dir /wheels \\
    && for wheel in /wheels/*.whl; do echo "$wheel"; done
RUN <<EOF
set -e
if [ "$(uname -m)" = x86_64 ]; then
  curl -fsSL https://example.com/tool-${index}.tar.gz | tar -xz -C /opt
fi
EOF

FROM nvidia/cuda:\${CUDA}-runtime-ubuntu22.04 AS serve
LABEL org.opencontainers.image.title="model ${index}"
${settings.join("\n")}
ENV HF_HOME=/models ${index % 6 === 0 ? "HF_TOKEN=x" : "A=1"} PATH=/opt/venv/bin:$PATH LD_LIBRARY_PATH=/usr/local/lib:$LD_LIBRARY_PATH
RUN apt-get update && apt-get install -y python3 python3-pip && rm -rf /var/lib/apt/lists/*
COPY --from=build --chown=1000:1000 /wheels /wheels
RUN pip install ${index % 4 === 0 ? "" : "--no-cache-dir "}\\
${packages.join("\n")}
    torch==$TORCH --index-url https://download.pytorch.org/whl/cu${["118", "124", "126", "130"][index % 4]}
RUN ${index % 8 === 0 ? "source /opt/venv/bin/activate && " : ""}python -c "import torch; print(torch.__version__)"
COPY . /app
WORKDIR /app
EXPOSE 8000
USER ${index % 3 === 0 ? "root" : "1000"}
HEALTHCHECK --interval=30s CMD curl -f http://localhost:8000/health || exit 1
${index % 2 === 0 ? 'CMD ["python", "-m", "serve"]' : "CMD python -m serve"}
`;
}

interface Utils {
  validate(text: string, settings?: object): unknown[];
}

async function dockerfileUtils(): Promise<(text: string) => unknown[]> {
  const folder = await cached("dockerfile-utils", VERSION, async (empty) => {
    await writeFile(join(empty, "package.json"), JSON.stringify({ name: "peer", private: true }));
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    await runCommand("npm", ["install", ...quiet, `dockerfile-utils@${VERSION}`], { cwd: empty });
  });
  const entry = pathToFileURL(join(folder, "node_modules", "dockerfile-utils", "lib", "main.js")).href;
  const utils = (await import(entry)) as Utils;
  return (text) => utils.validate(text);
}
