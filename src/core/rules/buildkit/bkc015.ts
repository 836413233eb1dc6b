// BKC015: FROM --platform=$TARGETPLATFORM, which is what happens anyway.
import type { Rule } from "../rule.ts";

export const bkc015: Rule = {
  id: "BKC015",
  aliases: ["RedundantTargetPlatform", "DL3065"],
  title: "FROM takes the target platform by itself",
  severity: "information",
  why: "A base image is taken for the target platform unless something else is asked for, so the flag only suggests that it does something.",
  source: "https://docs.docker.com/reference/build-checks/redundant-target-platform/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
`,
  bad: `FROM «--platform=$TARGETPLATFORM» python:3.12-slim
`,
  *check(file) {
    for (const { base, from } of file.stages) {
      const { platform } = base;
      const flag = from.flags.find(({ name }) => name === "platform");
      if (!platform || !flag || platform.used.size !== 1 || !platform.used.has("TARGETPLATFORM")) continue;
      if (platform.value !== file.globals.get("TARGETPLATFORM")) continue;
      const gap = /^[ \t]+/.exec(file.text.slice(flag.end))?.[0].length;
      yield {
        at: flag,
        message: "The base image is taken for the target platform anyway: the flag can go.",
        fixes:
          gap === undefined
            ? []
            : [{ title: "Remove the flag", edits: [{ start: flag.start, end: flag.end + gap, text: "" }] }],
      };
    }
  },
};
