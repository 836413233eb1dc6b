// BKC007: a CMD or ENTRYPOINT that runs in a shell.
import { plainCommand } from "../../syntax/shell.ts";
import type { Rule } from "../rule.ts";
import { stepsOf } from "../dockerfileSteps.ts";

export const bkc007: Rule = {
  id: "BKC007",
  aliases: ["JSONArgsRecommended", "DL3025"],
  title: "CMD and ENTRYPOINT are JSON arrays",
  severity: "warning",
  why: "Otherwise a shell is process 1 and the program its child: it never hears that the container is stopped, and a training run or server is killed after the grace period without a checkpoint.",
  source: "https://docs.docker.com/reference/build-checks/json-args-recommended/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
CMD ["python", "-m", "serve"]
`,
  bad: `FROM python:3.12-slim
«CMD» python -m serve
`,
  *check(file) {
    for (const { step, instruction } of stepsOf(file, "CMD", "ENTRYPOINT")) {
      if (instruction.json || step.shell !== undefined) continue;
      const { written, rest } = instruction;
      const words = step.triggered ? undefined : plainCommand(rest.text);
      yield {
        at: step.at,
        message: `${written.toUpperCase()} runs in a shell here, which does not pass on the signal to stop: write it as a JSON array.`,
        fixes: words
          ? [
              {
                title: "Write it as a JSON array",
                edits: [
                  {
                    start: rest.start,
                    end: rest.end,
                    text: `[${words.map((word) => JSON.stringify(word)).join(", ")}]`,
                  },
                ],
              },
            ]
          : [],
      };
    }
  },
};
