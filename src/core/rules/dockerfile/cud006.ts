// CUD006: a tag of nvidia/cuda that is not there, or a library for another CUDA than the image's.
import { cudaImage, cudaTagProblem } from "../../image/cudaImage.ts";
import { packageInstalls } from "../../image/packageInstalls.ts";
import type { Rule } from "../rule.ts";

export const cud006: Rule = {
  id: "CUD006",
  title: "The tag of nvidia/cuda exists, and libraries are for its CUDA",
  severity: "warning",
  why: "NVIDIA's tags name the whole version and the system, and are deleted when their driver branch ends: then the build stops with manifest unknown. A library for another CUDA is not found by the programs it is for.",
  source: "https://gitlab.com/nvidia/container-images/cuda/blob/master/doc/support-policy.md",
  appliesTo: "dockerfile",
  good: `FROM nvidia/cuda:12.4.1-base-ubuntu22.04
`,
  bad: `FROM «nvidia/cuda:12.4-base-ubuntu22.04»
`,
  *check(file) {
    for (const { base, image } of file.stages) {
      const cuda = base.certain && !base.stage ? cudaImage(base.name) : undefined;
      const problem = cuda?.kind === "cuda" ? cudaTagProblem(cuda.tag) : undefined;
      if (!problem) continue;
      const start = image.start + image.text.lastIndexOf(":") + 1;
      const exact = file.text.slice(start, image.end) === cuda?.tag;
      yield {
        at: image,
        message: problem.message,
        fixes:
          problem.instead !== undefined && exact
            ? [
                {
                  title: `Change to ${problem.instead}`,
                  edits: [{ start, end: image.end, text: problem.instead }],
                },
              ]
            : [],
      };
    }
    for (const { command, packages } of packageInstalls(file)) {
      const { base } = command.run.stage;
      const cuda = base.certain ? cudaImage(base.image)?.cuda : undefined;
      if (!cuda) continue;
      for (const { word, name, version } of packages) {
        const other = /\+cuda(\d+)\.\d+/.exec(version)?.[1] ?? /^cupy-cuda(\d{2})/.exec(name)?.[1];
        if (other === undefined || Number(other) === cuda.major) continue;
        yield {
          at: command.run.place(word),
          message: `This package is built for CUDA ${other}, and the image has CUDA ${cuda.major}.${cuda.minor}: take the one for CUDA ${cuda.major}.`,
        };
      }
    }
  },
};
