// DKF027: a user by name.
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const dkf027: Rule = {
  id: "DKF027",
  aliases: ["DL3066"],
  title: "The last USER is a number",
  severity: "information",
  profile: "strict",
  why: "Kubernetes cannot tell whether a name is root: with runAsNonRoot the pod does not start (image has non-numeric user).",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
USER 1000
`,
  bad: `FROM python:3.12-slim
USER «app»
`,
  *check(file) {
    const last = Array.from(writtenSteps(file, "USER"))
      .filter(({ stage }) => stage.shipped)
      .at(-1);
    const [value] = last?.step.values ?? [];
    if (value?.certain && /^[A-Za-z]/.test(value.text) && !/^root\b/.test(value.text))
      yield {
        at: value.word,
        message: "A pod with runAsNonRoot does not start with a name here: write the user's number.",
      };
  },
};
