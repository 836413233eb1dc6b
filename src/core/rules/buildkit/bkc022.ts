// BKC022: an address or a host port after EXPOSE.
import { portOf } from "../../image/exposedPort.ts";
import type { Rule } from "../rule.ts";
import { stepsOf } from "../dockerfileSteps.ts";

export const bkc022: Rule = {
  id: "BKC022",
  aliases: ["ExposeInvalidFormat"],
  title: "EXPOSE names ports of the container only",
  severity: "warning",
  why: "An address or a host port in EXPOSE does nothing: ports are published by docker run -p. The builder says that this will be an error one day.",
  source: "https://docs.docker.com/reference/build-checks/expose-invalid-format/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
EXPOSE 8000
`,
  bad: `FROM python:3.12-slim
EXPOSE «80:8000»
`,
  *check(file) {
    for (const { step } of stepsOf(file, "EXPOSE")) {
      for (const { word, parts } of step.values) {
        if (!parts.some((part) => portOf(part).address !== "" || portOf(part).hostPort !== "")) continue;
        const port = word.text.slice(word.text.lastIndexOf(":") + 1);
        const simple =
          !step.triggered && /^[\d-]+(?:\/\w+)?$/.test(port) && word.end - word.start === word.text.length;
        yield {
          at: step.triggered ? step.at : word,
          message: "EXPOSE takes the container's port alone; publish it on the host with docker run -p.",
          fixes: simple
            ? [{ title: `Change to ${port}`, edits: [{ start: word.start, end: word.end, text: port }] }]
            : [],
        };
      }
    }
  },
};
