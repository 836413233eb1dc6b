// Objects of ML operators with a status as their operator writes it, and the row that each comes to.
// The fields and words are those of the API types of each project; the definitions of `crds.ts` keep no other fields.
import type { MlExample } from "./example.ts";
import { queues } from "./queues.ts";
import { serving } from "./serving.ts";
import { training } from "./training.ts";

export const mlExamples: readonly MlExample[] = [...training, ...serving, ...queues];
