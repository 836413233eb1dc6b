// CUD002: PyTorch built for another CUDA than the base image, or in a build that does not exist.
import {
  CUDA_TABLES_READ,
  cudaOfTag,
  type CudaVersion,
  isNewerThanTable,
  oldestDriver,
  torchRelease,
} from "../../gpu/cudaVersions.ts";
import { cudaImage } from "../../image/cudaImage.ts";
import { type TorchInstall, torchInstalls } from "../../image/torchInstalls.ts";
import type { Problem, ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const cud002: Rule = {
  id: "CUD002",
  title: "PyTorch is built for the CUDA of the base image",
  severity: "warning",
  why: "PyTorch's wheels bring their own CUDA libraries. Of another major version they stand beside the base image's, need another driver, and nothing that is compiled here against the one works with the other.",
  source: "https://pytorch.org/get-started/previous-versions/",
  appliesTo: "dockerfile",
  good: `FROM nvidia/cuda:12.6.3-base-ubuntu22.04
RUN pip install --no-cache-dir torch==2.14.0 --index-url https://download.pytorch.org/whl/cu126
`,
  bad: `FROM nvidia/cuda:12.6.3-base-ubuntu22.04
RUN pip install --no-cache-dir torch==2.14.0 --index-url https://download.pytorch.org/whl/«cu130»
`,
  *check(file) {
    for (const torch of torchInstalls(file)) {
      const wheel = torch.tag === undefined ? undefined : cudaOfTag(torch.tag);
      if (!wheel || torch.tag === undefined) continue;
      const base = torch.install.command.run.stage.base.certain
        ? cudaImage(torch.install.command.run.stage.base.image)
        : undefined;
      const at = torch.tagSpan ?? torch.word;
      if (base?.kind === "cuda" && base.cuda && base.cuda.major !== wheel.major)
        yield { at, message: mismatch(base.cuda, wheel), fixes: fixesOf(torch, base.cuda) };
      else yield* noSuchBuild(torch, torch.tag, wheel);
    }
  },
};

function mismatch(base: CudaVersion, wheel: CudaVersion): string {
  const [old, needed] = [oldestDriver(base), oldestDriver(wheel)];
  const drivers =
    old !== undefined && needed !== undefined
      ? ` Its wheels need a driver of at least ${needed}, the base image one of ${old}.`
      : "";
  return `This PyTorch is built for CUDA ${shown(wheel)} and the base image has CUDA ${shown(base)}: take the same major version for both.${drivers}`;
}

function* noSuchBuild(torch: TorchInstall, tag: string, wheel: CudaVersion): Iterable<Problem> {
  if (torch.version === undefined || torch.open || torch.otherIndex) return;
  const at = torch.tagSpan ?? torch.word;
  const release = torchRelease(torch.version);
  const nightly = /nightly/.test(torch.install.options.map(({ value }) => value).join(" "));
  if (release.kind === "older" || nightly) return;
  // What is newer than the table is said to be so, and not judged.
  if (release.kind !== "known" || isNewerThanTable(wheel)) {
    const what = release.kind !== "known" ? `torch ${torch.version}` : `CUDA ${shown(wheel)}`;
    yield {
      at,
      severity: "information",
      message: `${what} is newer than the versions known here (of ${CUDA_TABLES_READ}), so whether this build of torch exists was not checked.`,
    };
    return;
  }
  if (release.tags.includes(tag)) return;
  yield {
    at,
    message: `torch ${release.version} is published for ${release.tags.join(", ")}, not for ${tag} (as of ${CUDA_TABLES_READ}), so pip finds no such version.`,
    fixes: replaceTag(torch, release.tags.filter((one) => cudaOfTag(one)?.major === wheel.major).at(-1)),
  };
}

function fixesOf(torch: TorchInstall, base: CudaVersion): ProblemFix[] {
  const release = torchRelease(torch.version);
  if (release.kind !== "known" || torch.open) return [];
  return replaceTag(torch, release.tags.filter((one) => cudaOfTag(one)?.major === base.major).at(-1));
}

function replaceTag({ tagSpan }: TorchInstall, tag: string | undefined): ProblemFix[] {
  return tagSpan && tag !== undefined
    ? [{ title: `Change to ${tag}`, edits: [{ ...tagSpan, text: tag }] }]
    : [];
}

function shown({ major, minor }: CudaVersion): string {
  return `${major}.${minor}`;
}
