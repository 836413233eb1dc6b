// `npm run fields`: writes test/golden/fields, the extracts of foreign schemas that our snippets are held against.
//
// It needs Go, and fetches the modules of scripts/fields/sources.ts into Go's module cache. An extract has what the
// snippets use and the names of what stands beside it; no texts of those projects.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FieldFacts, type Fields, isObject } from "../test/support/snippets/fields.ts";
import { usedKinds } from "../test/support/snippets/kinds.ts";
import { extract } from "./fields/extract.ts";
import { fieldSources, type KindSchema, objectMeta } from "./fields/sources.ts";
import { writtenSources } from "./fields/written.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "test", "golden", "fields");

function main(): void {
  const wanted = new Set(process.argv.slice(2));
  const used = usedKinds();
  const meta = objectMeta();
  const days = readDays();
  if (wanted.size === 0) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const found = new Set<string>();
  for (const source of [...fieldSources, ...writtenSources(meta)]) {
    if (wanted.size > 0 && !wanted.has(source.file)) continue;
    const kinds: Record<string, Fields> = {};
    for (const kind of source.kinds().toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      const values = used.get(kind.name);
      if (!values || found.has(kind.name)) continue;
      found.add(kind.name);
      kinds[kind.name] = fieldsOf(kind, values, meta);
    }
    if (Object.keys(kinds).length === 0) {
      console.log(`${source.file}: no snippet uses it`);
      continue;
    }
    const read = days.get(source.source) ?? new Date().toISOString().slice(0, 10);
    const facts: FieldFacts = { source: source.source, read, kinds };
    writeFileSync(join(folder, `${source.file}.json`), `${JSON.stringify(facts, undefined, 1)}\n`);
    console.log(`${source.file}: ${Object.keys(kinds).join(", ")}`);
  }
  const missing = [...used.keys()].filter((name) => !found.has(name));
  if (wanted.size === 0 && missing.length > 0) console.error(`No schema for ${missing.join(", ")}`);
}

function fieldsOf(kind: KindSchema, values: readonly unknown[], meta: ReturnType<typeof objectMeta>): Fields {
  const fields = extract([kind.schema], values, kind.document);
  if (!/^\S+ [A-Z]\w*$/.test(kind.name)) return fields;
  // A CRD says of metadata only that it is an object, if it says anything.
  const known = (fields.fields ??= {});
  known["apiVersion"] ??= { type: "string" };
  known["kind"] ??= { type: "string" };
  if (!known["metadata"]?.fields) {
    const metadata = values.flatMap((value) => (isObject(value) ? [value["metadata"]] : []));
    known["metadata"] = extract([meta.schema], metadata, meta.document);
  }
  return fields;
}

/** By source: what was read from the same source before was read then. */
function readDays(): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder).map((name) => {
      const { source, read } = JSON.parse(readFileSync(join(folder, name), "utf8")) as FieldFacts;
      return [source, read];
    }),
  );
}

main();
