// DKF007: the image runs as root.
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const dkf007: Rule = {
  id: "DKF007",
  aliases: ["DL3002"],
  title: "The last USER is not root",
  severity: "information",
  profile: "strict",
  why: "Whoever breaks out of a process of root has more to start with, and the Pod Security level restricted refuses the pod unless its manifest names another user.",
  source: "https://docs.docker.com/build/building/best-practices/#user",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
USER 1000
`,
  bad: `FROM python:3.12-slim
USER «root»
`,
  *check(file) {
    const last = Array.from(writtenSteps(file, "USER"))
      .filter(({ stage }) => stage.shipped)
      .at(-1);
    const [value] = last?.step.values ?? [];
    if (value && /^(?:root|0+)(?::|$)/.test(value.text))
      yield { at: value.word, message: "The image runs as root: switch to another user at the end." };
  },
};
