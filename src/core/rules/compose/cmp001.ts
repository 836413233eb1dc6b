// CMP001: a device that Compose reserves has capabilities, and is chosen by number or by id.
import { addEntry } from "../../syntax/edit.ts";
import { entryOf, itemsOf, nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const cmp001: Rule = {
  id: "CMP001",
  title: "A reserved device needs capabilities, and a number or ids",
  severity: "error",
  why: "Compose refuses a device reservation without capabilities, the only field that it must have. count and device_ids exclude each other.",
  source: "https://docs.docker.com/reference/compose-file/deploy/#devices",
  appliesTo: "compose",
  good: `services:
  train:
    image: registry.example/train:1
    shm_size: 8gb
    deploy:
      resources:
        reservations:
          devices:
            - driver: nvidia
              count: 1
              capabilities: [gpu]
`,
  bad: `services:
  train:
    image: registry.example/train:1
    shm_size: 8gb
    deploy:
      resources:
        reservations:
          devices:
            - driver: nvidia
              count: 1
              «device_ids»: ["0"]
              capabilities: [gpu]
            - «driver: nvidia
              count: 1»
`,
  *check(file, text) {
    for (const { node } of file.services) {
      const devices = itemsOf(nodeAt(node, "deploy", "resources", "reservations", "devices"));
      for (const device of devices) {
        if (device.kind !== "map") continue;
        const ids = entryOf(device, "device_ids");
        if (ids && entryOf(device, "count")) {
          yield { at: ids.key, message: "count and device_ids exclude each other: keep one of the two." };
        }
        if (entryOf(device, "capabilities")) continue;
        yield {
          at: device,
          message: "Compose refuses a reserved device without capabilities.",
          fixes: [
            { title: "Add capabilities: [gpu]", edits: [addEntry(text, device, "capabilities", ["gpu"])] },
          ],
        };
      }
    }
  },
};
