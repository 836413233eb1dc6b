// DKF013: what stands after EXPOSE is no port.
import { portProblem } from "../../image/exposedPort.ts";
import { stepsOf } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const dkf013: Rule = {
  id: "DKF013",
  aliases: ["DL3011"],
  title: "EXPOSE takes ports from 0 to 65535",
  severity: "error",
  why: "The builder refuses any other number, protocol or range.",
  source: "https://docs.docker.com/reference/dockerfile/#expose",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
EXPOSE 8000 9000-9010/udp
`,
  bad: `FROM python:3.12-slim
EXPOSE «80000»
`,
  *check(file) {
    for (const { step } of stepsOf(file, "EXPOSE")) {
      for (const { word, parts, certain } of step.values) {
        const problem = certain ? parts.map(portProblem).find((one) => one !== undefined) : undefined;
        if (problem !== undefined) yield { at: step.triggered ? step.at : word, message: problem };
      }
    }
  },
};
