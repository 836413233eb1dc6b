// BKC016: a secret in ARG or ENV.
import type { Rule } from "../rule.ts";
import { stepsOf } from "../dockerfileSteps.ts";

/** Words that a secret's name starts with, ends with or has between underscores, as the builder knows them. */
const SECRET = /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /(?:_|^)(?:public|file|version)(?:_|$)/i;

export const bkc016: Rule = {
  id: "BKC016",
  aliases: ["SecretsUsedInArgOrEnv", "DL3064"],
  title: "Secrets are not in ARG or ENV",
  severity: "warning",
  why: "The value of an ENV, and of an ARG that a RUN may use, is written into the image, where everybody who can pull it can read it. A secret mount is there only while the RUN runs.",
  source: "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
RUN --mount=type=secret,id=hf_token,env=HF_TOKEN python download.py
`,
  bad: `FROM python:3.12-slim
ARG «HF_TOKEN»
RUN python download.py
`,
  *check(file) {
    for (const { step, instruction } of stepsOf(file, "ARG", "ENV")) {
      for (const [index, { key }] of instruction.pairs.entries()) {
        // The name in an ENV may have variables itself.
        const name = (instruction.keyword === "ENV" ? step.values[2 * index]?.text : undefined) ?? key.text;
        if (!SECRET.test(name) || NO_SECRET.test(name)) continue;
        yield {
          at: step.triggered ? step.at : key,
          message: `${name.slice(0, 60)} looks like a secret, and everybody who gets the image can read it: give it to the RUN that needs it with --mount=type=secret.`,
        };
      }
    }
  },
};
