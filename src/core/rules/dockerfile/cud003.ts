// CUD003: PyTorch without a word for which CUDA, or for none, on a CUDA image.
import { CUDA_TABLES_READ, cudaOfTag, torchRelease } from "../../gpu/cudaVersions.ts";
import { cudaImage } from "../../image/cudaImage.ts";
import { type TorchInstall, torchInstalls } from "../../image/torchInstalls.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const cud003: Rule = {
  id: "CUD003",
  title: "PyTorch is installed for the CUDA that is meant",
  severity: "information",
  why: "Plain pip install torch takes the build of the day for one CUDA, whatever the base image has. A build for CPUs runs on a GPU node as well, and leaves the GPU idle.",
  source: "https://pytorch.org/get-started/locally/",
  appliesTo: "dockerfile",
  good: `FROM nvidia/cuda:12.6.3-base-ubuntu22.04
RUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu126
`,
  bad: `FROM nvidia/cuda:12.6.3-base-ubuntu22.04
RUN pip install --no-cache-dir «torch==2.14.0»
`,
  *check(file) {
    for (const torch of torchInstalls(file)) {
      const { stage } = torch.install.command.run;
      const base = stage.base.certain ? cudaImage(stage.base.image) : undefined;
      if (base?.kind !== "cuda" || !base.cuda) continue;
      if (torch.tag === "cpu") {
        yield {
          at: torch.tagSpan ?? torch.word,
          message:
            "This PyTorch is built for CPUs, and the base image is there for a GPU: take a build for CUDA, or an image without it.",
        };
        continue;
      }
      if (torch.tag !== undefined || torch.otherIndex || torch.open) continue;
      const release = torchRelease(torch.version);
      const taken = release.kind === "known" ? cudaOfTag(release.default) : undefined;
      if (release.kind !== "known" || !taken || taken.major === base.cuda.major) continue;
      yield {
        at: torch.word,
        message: `pip takes the usual build of torch ${release.version}, which is for CUDA ${taken.major}.${taken.minor} (as of ${CUDA_TABLES_READ}), and the base image has CUDA ${base.cuda.major}.${base.cuda.minor}: say which with --index-url.`,
        fixes: fixesOf(
          torch,
          release.tags.filter((tag) => cudaOfTag(tag)?.major === base.cuda?.major).at(-1),
        ),
      };
    }
  },
};

/** PyTorch's index has only PyTorch: other packages of the same command are not there. */
function fixesOf({ install }: TorchInstall, tag: string | undefined): ProblemFix[] {
  const last = install.packages.at(-1);
  if (
    tag === undefined ||
    !last ||
    !install.packages.every(({ name }) => /^torch(?:vision|audio)?$/.test(name))
  )
    return [];
  const { end } = install.command.run.place(last.word);
  const text = ` --index-url https://download.pytorch.org/whl/${tag}`;
  return [{ title: `Take the build for ${tag}`, edits: [{ start: end, end, text }] }];
}
