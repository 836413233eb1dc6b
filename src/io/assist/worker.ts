// The worker that knows what fields are for: it reads the schemas and their descriptions at the first question.
import { parentPort, workerData } from "node:worker_threads";
import { once } from "../../base/once.ts";
import { Descriptions } from "../../core/kube/schema/descriptions.ts";
import { completionsAt, hoverAt } from "../../core/language/assist.ts";
import { readDescriptions, readSchemas } from "../check/schemaFile.ts";
import { ServedFiles } from "../served/servedFiles.ts";
import { ServedKinds } from "../served/servedKinds.ts";
import type { AssistAnswer, AssistData, AssistQuestion } from "./messages.ts";

const { schemasPath, servedFolder } = workerData as AssistData;
const served = servedFolder === undefined ? undefined : new ServedKinds(new ServedFiles(servedFolder));
const known = once(() => {
  const schemas = readSchemas(schemasPath);
  return { schemas, descriptions: new Descriptions(schemas.definitionNames, readDescriptions(schemasPath)) };
});

function answer({ id, what, path, text, offset, kubernetesVersion, values }: AssistQuestion): AssistAnswer {
  try {
    const { schemas, descriptions } = known();
    const knowledge = {
      schemas: schemas.at(kubernetesVersion),
      descriptions,
      served: served?.kinds() ?? [],
      values,
    };
    if (what === "hover") return { id, hover: hoverAt(path, text, offset, knowledge) };
    return { id, completions: completionsAt(path, text, offset, knowledge) };
  } catch (error) {
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on("message", (question: AssistQuestion) => parentPort?.postMessage(answer(question)));
