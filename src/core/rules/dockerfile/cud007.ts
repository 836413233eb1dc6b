// CUD007: downloads of pip, uv or conda that stay in the image.
import type { PackageInstall, RunScript } from "../../image/buildFile.ts";
import { shellOf } from "../../image/knownImages.ts";
import { hasOption, isFileOrAddress, packageInstalls } from "../../image/packageInstalls.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import { appendToRun, insertAfter } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

interface Cache {
  /** Where root has it. */
  readonly folder: string;
  readonly options: readonly string[];
  readonly variables: readonly string[];
  readonly cleaned: RegExp;
}

const CACHES: Readonly<Partial<Record<PackageInstall["tool"], Cache>>> = {
  pip: {
    folder: "/root/.cache/pip",
    options: ["--no-cache-dir", "--no-cache"],
    variables: ["PIP_NO_CACHE_DIR", "PIP_CACHE_DIR"],
    cleaned: /cache\s+purge|rm\s.*\.cache|no-cache-dir/,
  },
  uv: {
    folder: "/root/.cache/uv",
    options: ["--no-cache", "-n", "--cache-dir"],
    variables: ["UV_NO_CACHE", "UV_CACHE_DIR"],
    cleaned: /uv\s+cache\s+(?:clean|prune)|rm\s.*\.cache/,
  },
  conda: {
    folder: "/opt/conda/pkgs",
    options: [],
    variables: ["CONDA_PKGS_DIRS"],
    cleaned: /(?:conda|mamba)\s+clean|rm\s.*pkgs/,
  },
};

export const cud007: Rule = {
  id: "CUD007",
  aliases: ["DL3042"],
  cases: true,
  title: "Downloads of pip, uv and conda do not stay in the image",
  severity: "information",
  why: "pip keeps each wheel that it downloads: with PyTorch 2 to 4 GB more in the image. A cache mount keeps them outside it, so that the next build is quick as well.",
  source: "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
RUN --mount=type=cache,target=/root/.cache/pip pip install torch
RUN pip install --no-cache-dir transformers
`,
  bad: `FROM python:3.12-slim
RUN pip «install» torch
`,
  *check(file) {
    const told = new Set<RunScript>();
    for (const install of packageInstalls(file)) {
      const { run } = install.command;
      const cache = CACHES[install.tool];
      if (!cache || !run.stage.shipped || told.has(run) || isKept(install, cache)) continue;
      told.add(run);
      yield {
        at: run.place(install.verb),
        message: `What ${install.tool} downloads stays in this layer: keep it in a cache mount, or do not keep it.`,
        fixes: fixesOf(install, cache),
        aliases: install.tool === "pip" ? ["DL3042"] : [],
      };
    }
  },
};

/** True when the cache is not in the image, or that is not known. */
function isKept(install: PackageInstall, cache: Cache): boolean {
  const { tool, command, verb, packages } = install;
  const { run } = command;
  const { variables } = run.stage;
  if (tool === "pip" && verb.text !== "install") return true;
  // From files it downloads nothing but what they need, if that.
  if (hasOption(install, "--no-index") || (packages.length > 0 && packages.every(isFileOrAddress)))
    return true;
  if (hasOption(install, ...cache.options, "--help", "--dry-run")) return true;
  if (tool === "conda" && command.program === "micromamba") return true;
  if (cache.variables.some((name) => variables.get(name, run.step.number) !== undefined)) return true;
  if (
    command.command.assignments.some((word) =>
      cache.variables.some((name) => word.text.startsWith(`${name}=`)),
    )
  )
    return true;
  if (
    run.step.instruction.flags.some(
      ({ name, value = "" }) =>
        name === "mount" && /type=(?:cache|tmpfs)/.test(value) && /cache|pkgs|root/.test(value),
    )
  )
    return true;
  if (
    /pip\s+config\s+set\s+\S*no-cache-dir|\[global\][^[]*no-cache-dir/.test(
      run.step.instruction.line.joined.text,
    )
  )
    return true;
  return run.commands.some((one) => cache.cleaned.test(one.command.words.map((word) => word.text).join(" ")));
}

function fixesOf({ tool, command, verb }: PackageInstall, { folder }: Cache): ProblemFix[] {
  const { run } = command;
  const { instruction } = run.step;
  const user = run.stage.steps.some(
    (step) => step.number < run.step.number && step.instruction.keyword === "USER",
  );
  const fixes: ProblemFix[] = [];
  // Another user has another folder, also one that the base image switches to.
  if (!user && tool !== "conda" && shellOf(run.stage.base.image) !== undefined) {
    const { end } = instruction.keywordSpan;
    const text = ` --mount=type=cache,target=${folder}`;
    fixes.push({ title: "Keep the downloads in a cache mount", edits: [{ start: end, end, text }] });
  }
  if (tool === "pip")
    fixes.push({ title: "Add --no-cache-dir", edits: [insertAfter(run, verb, " --no-cache-dir")] });
  if (tool === "uv") fixes.push({ title: "Add --no-cache", edits: [insertAfter(run, verb, " --no-cache")] });
  const clean = tool === "conda" ? appendToRun(run, " && conda clean --all --yes") : undefined;
  if (clean) fixes.push({ title: "Clean at the end", edits: [clean] });
  return fixes;
}
