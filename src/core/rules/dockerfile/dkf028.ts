// DKF028: a whole file system copied from another stage.
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const dkf028: Rule = {
  id: "DKF028",
  aliases: ["DL3067"],
  title: "A stage copies what it needs, not everything",
  severity: "information",
  profile: "strict",
  why: "Copied over an image, the other stage's files replace its own, of another version perhaps, and the layer is as large as the whole stage.",
  source: "https://docs.docker.com/build/building/multi-stage/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim AS build
FROM python:3.12-slim
COPY --from=build /opt/venv /opt/venv
`,
  bad: `FROM python:3.12-slim AS build
FROM python:3.12-slim
COPY --from=build «/» /
`,
  *check(file) {
    for (const { stage, step, instruction } of writtenSteps(file, "COPY")) {
      const [source, destination] = step.values;
      // Onto nothing it is how layers are made one.
      if (
        stage.base.name === "scratch" ||
        step.values.length !== 2 ||
        !instruction.flags.some(({ name }) => name === "from")
      )
        continue;
      if (source && /^\/(?:\.|\*)?$/.test(source.text) && destination?.text === "/")
        yield {
          at: source.word,
          message: "This copies the whole file system over this image's own: copy only what is needed.",
        };
    }
  },
};
