// The outputs of `slipway check` by their names.
import type { Format } from "./formats/format.ts";
import { github } from "./formats/github.ts";
import { json } from "./formats/json.ts";
import { junit } from "./formats/junit.ts";
import { sarif } from "./formats/sarif.ts";
import { text } from "./formats/text.ts";

export const FORMATS: Readonly<Record<string, Format>> = { text, json, sarif, junit, github };
