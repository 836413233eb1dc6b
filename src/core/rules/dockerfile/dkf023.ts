// DKF023: one RUN after the other.
import type { Rule } from "../rule.ts";

export const dkf023: Rule = {
  id: "DKF023",
  aliases: ["DL3059"],
  title: "RUNs that belong together are one",
  severity: "information",
  profile: "strict",
  why: "Each RUN is a layer; what a later one deletes stays in the layers below. While an image is developed, several RUNs are quicker, as those before a change are kept.",
  source: "https://docs.docker.com/build/building/best-practices/#run",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN mkdir /data && chown 1000 /data
`,
  bad: `FROM ubuntu:24.04
RUN mkdir /data
«RUN» chown 1000 /data
`,
  *check(file) {
    for (const { instructions } of file.stages) {
      for (const [index, instruction] of instructions.entries()) {
        const before = instructions[index - 1];
        if (instruction.keyword !== "RUN" || before?.keyword !== "RUN") continue;
        const plain = [before, instruction].every(
          (one) => one.flags.length === 0 && one.heredocs.length === 0 && !one.json,
        );
        if (plain)
          yield {
            at: instruction.keywordSpan,
            message: "This RUN could be one with the RUN above, joined by &&.",
          };
      }
    }
  },
};
