// CUD004: a compiler and its headers in the image that is shipped.
import type { BuildStage } from "../../image/buildFile.ts";
import { compilesSomething } from "../cudaUse.ts";
import type { Rule } from "../rule.ts";

/** Repositories whose tags come in the flavours devel and runtime. */
const FLAVOURED = /(?:^|\/)(?:nvidia\/cuda|cuda|pytorch\/pytorch|pytorch|nvidia\/cudagl|cudagl)$/;
const DEVEL = /-devel(?=-|$)/;
export const cud004: Rule = {
  id: "CUD004",
  title: "The final stage needs no -devel image",
  severity: "warning",
  why: "A devel image holds the CUDA compiler, headers and static libraries: 3 to 6 GB that every node pulls and nothing runs. Build in a first stage and copy the result into a runtime or base image.",
  source: "https://nvidia.github.io/container-wiki/toolkit/container-images.html",
  appliesTo: "dockerfile",
  good: `FROM nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04 AS build
RUN pip wheel --wheel-dir /wheels flash-attn

FROM nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04
COPY --from=build /wheels /wheels
RUN pip install /wheels/*.whl
`,
  bad: `FROM «nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04»
RUN pip install torch
`,
  *check(file) {
    const { path } = file;
    // An image to develop in is meant to have a compiler.
    if (
      /(?:^|\/)\.devcontainer\//.test(path) ||
      /(?:^|[./-])dev(?:el|container)?(?:[./-]|$)/i.test(baseName(path))
    )
      return;
    const last = file.stages.at(-1);
    if (!last || /^(?:dev|devel|development|devcontainer|build|builder)$/i.test(last.name ?? "")) return;
    const devel = baseOf(last);
    const { text } = devel.image;
    const colon = text.lastIndexOf(":");
    const repository = text.slice(0, colon);
    const tag = text.slice(colon + 1);
    const at = DEVEL.exec(tag);
    if (colon === -1 || tag.includes("/") || !at || !FLAVOURED.test(repository)) return;
    const compiles = file.stages.slice(devel.index).some((stage) => compilesSomething(file, stage));
    const start = devel.image.start + colon + 1 + at.index;
    // The words of the image may be written with line continuations between them: then nothing is offered.
    const exact = file.text.slice(devel.image.start, devel.image.end) === text;
    yield {
      at: devel.image,
      message: compiles
        ? "The image that is shipped holds the CUDA compiler and headers: compile in a first stage, and copy the result into a -runtime image."
        : "The image that is shipped holds the CUDA compiler and headers, which nothing here uses: a -runtime image is 3 to 6 GB smaller.",
      fixes:
        compiles || !exact || devel !== last
          ? []
          : [
              {
                title: "Change to the -runtime image",
                edits: [{ start, end: start + "-devel".length, text: "-runtime" }],
              },
            ],
    };
  },
};

/** The stage that brings the image in, when the last one stands on an earlier stage of this file. */
function baseOf(last: BuildStage): BuildStage {
  let stage = last;
  while (stage.base.stage) stage = stage.base.stage;
  return stage;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
