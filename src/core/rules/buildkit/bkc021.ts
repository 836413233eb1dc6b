// BKC021: a protocol in capitals after EXPOSE.
import { portOf } from "../../image/exposedPort.ts";
import type { Rule } from "../rule.ts";
import { stepsOf } from "../dockerfileSteps.ts";

export const bkc021: Rule = {
  id: "BKC021",
  aliases: ["ExposeProtoCasing"],
  title: "The protocol of EXPOSE is in lower case",
  severity: "information",
  why: "The builder writes it in lower case into the image, and warns of it at every build.",
  source: "https://docs.docker.com/reference/build-checks/expose-proto-casing/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
EXPOSE 8000/tcp
`,
  bad: `FROM python:3.12-slim
EXPOSE «8000/TCP»
`,
  *check(file) {
    for (const { step } of stepsOf(file, "EXPOSE")) {
      for (const { word, parts } of step.values) {
        const wrong = parts.some((part) => {
          const { protocol } = portOf(part);
          return protocol !== protocol.toLowerCase() && /^(?:tcp|udp|sctp)$/i.test(protocol);
        });
        if (!wrong) continue;
        const lower = word.text.replace(/\/\w+$/, (protocol) => protocol.toLowerCase());
        yield {
          at: step.triggered ? step.at : word,
          message: "Write the protocol in lower case.",
          fixes:
            step.triggered || lower === word.text || word.end - word.start !== word.text.length
              ? []
              : [{ title: `Change to ${lower}`, edits: [{ start: word.start, end: word.end, text: lower }] }],
        };
      }
    }
  },
};
