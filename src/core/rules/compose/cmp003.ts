// CMP003: GPUs that a Compose service asks for twice, or in two ways at once.
import { removeEntry } from "../../syntax/edit.ts";
import { entryOf, isNull, itemsOf, nodeAt } from "../../syntax/node.ts";
import { reservedGpus } from "../composeGpus.ts";
import type { Rule } from "../rule.ts";

export const cmp003: Rule = {
  id: "CMP003",
  title: "A service asks for its GPUs once",
  severity: "warning",
  why: "gpus and deploy.resources.reservations.devices are two requests for devices, and the engine serves both. In each of them count and device_ids exclude each other.",
  source: "https://docs.docker.com/reference/compose-file/services/#gpus",
  appliesTo: "compose",
  good: `services:
  train:
    image: registry.example/train:1
    gpus:
      - driver: nvidia
        count: 2
`,
  bad: `services:
  train:
    image: registry.example/train:1
    «gpus»: all
    deploy:
      resources:
        reservations:
          devices:
            - capabilities: [gpu]
  other:
    image: registry.example/train:1
    gpus:
      - count: 2
        «device_ids»: ["0"]
`,
  *check(file, text) {
    for (const service of file.services) {
      const entry = entryOf(service.node, "gpus");
      if (!entry || isNull(entry.value)) continue;
      for (const item of itemsOf(entry.value)) {
        const ids = entryOf(item, "device_ids");
        if (ids && entryOf(item, "count"))
          yield {
            at: ids.key,
            severity: "error",
            message: "Compose refuses count and device_ids together: keep one of the two.",
          };
      }
      if (reservedGpus(service).length === 0 || !isNull(nodeAt(service.node, "extends"))) continue;
      yield {
        at: entry.key,
        message:
          "This service asks for GPUs by gpus and once more by its reserved devices: keep one of the two.",
        fixes: entry.merged
          ? []
          : [{ title: "Take gpus out", edits: [removeEntry(text, service.node, entry)] }],
      };
    }
  },
};
