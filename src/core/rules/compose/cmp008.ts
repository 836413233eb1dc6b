// CMP008: settings of a Compose service that exclude each other.
import type { ComposeService } from "../../syntax/compose.ts";
import { entryOf, isNull, itemsOf, nodeAt, numberOf, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const cmp008: Rule = {
  id: "CMP008",
  title: "Settings of a service must not exclude each other",
  severity: "error",
  why: "Compose refuses the whole file: a container's name can be given to one container only, a service that uses another network stack has no networks of its own, and a health check begins with CMD, CMD-SHELL or NONE.",
  source: "https://docs.docker.com/reference/compose-file/services/",
  appliesTo: "compose",
  good: `services:
  llm:
    image: registry.example/llm:1
    deploy:
      replicas: 2
    healthcheck:
      test: [CMD, curl, -f, http://localhost:8000/health]
`,
  bad: `services:
  llm:
    image: registry.example/llm:1
    «container_name»: llm
    deploy:
      replicas: 2
    healthcheck:
      test: [«curl», -f, http://localhost:8000/health]
`,
  *check(file) {
    for (const service of file.services) {
      yield* oneName(service);
      yield* oneNetwork(service);
      const [first] = itemsOf(nodeAt(service.node, "healthcheck", "test"));
      if (first && !/^(?:CMD|CMD-SHELL|NONE)$|[${]/.test(textOf(first) ?? "CMD"))
        yield {
          at: first,
          message: "A health check in a list begins with CMD, CMD-SHELL or NONE; Compose refuses this one.",
        };
    }
  },
};

function* oneName({ node }: ComposeService): Iterable<Problem> {
  const name = entryOf(node, "container_name");
  const scale = numberOf(nodeAt(node, "scale")) ?? numberOf(nodeAt(node, "deploy", "replicas")) ?? 1;
  if (name && !isNull(name.value) && scale > 1)
    yield {
      at: name.key,
      message: `${scale} containers can't have one name: Compose refuses container_name with more than one replica.`,
    };
}

function* oneNetwork({ node }: ComposeService): Iterable<Problem> {
  const mode = entryOf(node, "network_mode");
  const networks = entryOf(node, "networks");
  if (mode && networks && !isNull(mode.value) && !isNull(networks.value))
    yield {
      at: networks.key,
      message: `Compose refuses networks beside network_mode: ${textOf(mode.value) ?? ""}.`,
    };
}
