// CMP006: a port that older YAML readers take for a number of base 60.
import { itemsOf, nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

/** As YAML 1.1 writes hours and minutes: every part after the first is below 60. */
const BASE_60 = /^[1-9]\d*(?::[0-5]?\d)+$/;

export const cmp006: Rule = {
  id: "CMP006",
  title: "Ports are put in quotes",
  severity: "information",
  why: "YAML 1.1 reads 22:22 as a number of base 60, as hours and minutes. Compose itself no longer does, but podman-compose and other tools made with Python then publish another port, or refuse the file.",
  source: "https://docs.docker.com/reference/compose-file/services/#ports",
  appliesTo: "compose",
  good: `services:
  ssh:
    image: registry.example/ssh:1
    ports:
      - "2222:22"
`,
  bad: `services:
  ssh:
    image: registry.example/ssh:1
    ports:
      - «2222:22»
`,
  *check(file) {
    for (const { node } of file.services)
      for (const item of [...itemsOf(nodeAt(node, "ports")), ...itemsOf(nodeAt(node, "expose"))]) {
        if (item.kind !== "scalar" || !item.plain || !BASE_60.test(item.text)) continue;
        yield {
          at: item,
          message: `Some tools read ${item.text} as the number ${base60(item.text)} (hours and minutes): put it in quotes.`,
          fixes: [
            {
              title: "Put it in quotes",
              edits: [{ start: item.start, end: item.end, text: `"${item.text}"` }],
            },
          ],
        };
      }
  },
};

function base60(text: string): number {
  return text.split(":").reduce((value, part) => value * 60 + Number(part), 0);
}
