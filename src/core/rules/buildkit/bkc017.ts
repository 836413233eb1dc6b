// BKC017: a base image that has no valid name unless a build argument gives it one.
import { parseReference } from "../../image/reference.ts";
import type { Rule } from "../rule.ts";

export const bkc017: Rule = {
  id: "BKC017",
  aliases: ["InvalidDefaultArgInFrom"],
  title: "The base image has a valid name without build arguments",
  severity: "warning",
  why: "A plain docker build, as somebody else or a service runs it, fails at once. With a default the same file builds everywhere.",
  source: "https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/",
  appliesTo: "dockerfile",
  good: `ARG PYTHON=3.12-slim
FROM python:\${PYTHON}
`,
  bad: `ARG PYTHON
FROM «python:\${PYTHON}»
`,
  *check(file) {
    for (const { base, image } of file.stages) {
      const reference = parseReference(base.name);
      if (!("problem" in reference)) continue;
      if (base.certain && base.name !== "")
        yield {
          at: image,
          message: `The builder refuses this name. ${reference.problem}`,
          ...(base.stage ? {} : { severity: "error" as const }),
        };
      else
        yield {
          at: image,
          message:
            "Without build arguments this is no valid name of an image: give the ARG before FROM a default.",
        };
    }
  },
};
