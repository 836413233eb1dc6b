// CMP009: models that a service in Compose downloads, and loses with its container.
import { downloadOf } from "../../serving/downloads.ts";
import { modelServerOf } from "../../serving/modelServers.ts";
import { addItem } from "../../syntax/edit.ts";
import { isNull, itemsOf, nodeAt } from "../../syntax/node.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import { asContainer } from "../composeGpus.ts";
import type { Rule } from "../rule.ts";

export const cmp009: Rule = {
  id: "CMP009",
  title: "A downloaded model needs a volume to stay on",
  severity: "warning",
  why: "What a server downloads into its container is gone when Compose makes the container anew, as it does for each change of the file or the image: the download of many gigabytes begins again.",
  source: "https://docs.docker.com/reference/compose-file/volumes/",
  appliesTo: "compose",
  good: `services:
  ollama:
    image: ollama/ollama:0.12.0
    volumes:
      - models:/root/.ollama
volumes:
  models:
`,
  bad: `services:
  ollama:
    image: «ollama/ollama:0.12.0»
`,
  *check(file, text) {
    for (const service of file.services) {
      const at = nodeAt(service.node, "image");
      // With any volume it may well be kept, by a way that we don't know.
      const kept = ["volumes", "volumes_from", "extends"].some((key) => !isNull(nodeAt(service.node, key)));
      if (!at || kept) continue;
      const container = asContainer(service);
      const server = modelServerOf(container);
      const download = server && downloadOf(server, container);
      if (!server || !download) continue;
      const fix: ProblemFix = {
        title: "Keep it in a folder beside this file",
        edits: [addItem(text, service.node, "volumes", `./models:${download.cache}`)],
      };
      yield {
        at,
        message: `${server.name} loses ${download.model ?? "its models"} with its container; mount a volume at ${download.cache} to keep what it downloads.`,
        fixes: itemsOf(nodeAt(service.node, "volumes")).length === 0 ? [fix] : [],
      };
    }
  },
};
