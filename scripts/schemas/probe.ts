// `npm run schemas -- --probe`: which of the things that a schema states a real API server enforces. The server is
// asked for every field with and without, and what it was seen to refuse is written down in refused.json.
//
// The schemas of built-in kinds say more than the server checks (a required field whose absence nobody minds), and
// our check must never refuse what the server takes.
import type { Field, Schema, StructSchema } from "../../src/core/kube/schema/schema.ts";
import type { VersionSchemas } from "../../src/core/kube/schema/schemas.ts";
import { waitUntil } from "../../test/support/command.ts";
import { startCluster } from "../../test/support/kubernetes/cluster.ts";
import { type DryRun, dryRun, type Place, type Verdict } from "../../test/support/kubernetes/dryRun.ts";
import { type Plain, placedAt, smallest, type Way, waysTo } from "../../test/support/kubernetes/samples.ts";
import { boundsIn, formatIn, ODD_NUMBERS, ODD_TEXT, SAID_OTHERWISE, valuesIn } from "./formats.ts";

/** Names of fields as `definition field`. */
export interface Refused {
  /** Refused without it. */
  required: string[];
  /** Refused with a value that is not in its enum. */
  values: string[];
  /** Refused with two items of the same keys. */
  duplicates: string[];
  /** The values that the server names when it refuses another. */
  supported: Record<string, readonly string[]>;
  /** The format of a text, or the bounds of a number (`1-65535`, `0-`). */
  formats: Record<string, string>;
  /** How objects of a kind may be named, by `apiVersion kind`. */
  names: Record<string, string>;
}

/** Refused too, for a reason that the server gives at another place: no selector matches no labels. */
const ELSEWHERE = ["io.k8s.api.apps.v1.DaemonSetSpec selector"];
/** Some versions of Kubernetes take more than that of the test cluster. */
const LOOSER_NAMES: Readonly<Record<string, string>> = { Service: "label", StatefulSet: "subdomain" };
const WAYS = 6;
const AT_ONCE = 16;

interface Root extends Place {
  kind: string;
  schema: StructSchema;
}

interface Trial {
  root: Root;
  way: Way;
}

/** Starts a control plane, asks, and ends it. */
export async function probe(schemas: VersionSchemas): Promise<Refused> {
  const cluster = await startCluster();
  const asking = dryRun(cluster);
  try {
    // Beta and alpha APIs too.
    await cluster.killApiServer();
    await cluster.startApiServer(["--runtime-config=api/all=true"]);
    // Without it every pod is refused, whatever is in it.
    await waitUntil("the default service account", 60_000, async () =>
      (await cluster.kubectl("get", "serviceaccounts", "-o", "name")).includes("default"),
    );
    const prober = new Prober(asking);
    await prober.run(schemas);
    return prober.refused();
  } finally {
    asking.dispose();
    await cluster.stop();
  }
}

class Prober {
  readonly #asking: DryRun;
  readonly #required = new Set<string>(ELSEWHERE);
  readonly #values = new Set<string>();
  readonly #duplicates = new Set<string>();
  readonly #supported = new Map<string, readonly string[]>(Object.entries(SAID_OTHERWISE));
  readonly #formats = new Map<string, string>();
  readonly #names = new Map<string, string>();
  /** Everything that was asked about. */
  readonly #tried = new Set<string>();

  constructor(asking: DryRun) {
    this.#asking = asking;
  }

  refused(): Refused {
    console.log(`Asked about ${this.#tried.size} fields`);
    const sorted = (names: Set<string>) => [...names].sort();
    return {
      required: sorted(this.#required),
      values: sorted(this.#values),
      duplicates: sorted(this.#duplicates),
      supported: sortedRecord(this.#supported),
      formats: sortedRecord(this.#formats),
      names: sortedRecord(this.#names),
    };
  }

  async run(schemas: VersionSchemas): Promise<void> {
    const trials = new Map<StructSchema, Trial[]>();
    for (const { kind, ...place } of schemas.creatable()) {
      const schema = schemas.kind(place.apiVersion, kind)?.schema;
      if (!schema) continue;
      await this.#name({ ...place, kind, schema });
      for (const [struct, ways] of waysTo(schema, WAYS)) {
        const known = trials.get(struct) ?? [];
        trials.set(struct, [...known, ...ways.map((way) => ({ root: { ...place, kind, schema }, way }))]);
      }
    }
    const waiting = [...trials];
    const worker = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const [struct, places] = next;
        for (const [name, field] of struct.fields) {
          await this.#field(struct, name, field, shortest(places));
          await this.#format(struct, name, field, shortest(places));
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  async #field(struct: StructSchema, name: string, field: Field, trials: readonly Trial[]): Promise<void> {
    const key = `${struct.name} ${name}`;
    const { schema, required } = field;
    const values = valuesOf(schema);
    const itemValues = schema.type === "list" ? valuesOf(schema.items) : undefined;
    const keys = schema.type === "list" ? schema.keys : undefined;
    if (!required && !values && !itemValues && !keys) return;
    this.#tried.add(key);
    const base = smallest(struct) as { [key: string]: Plain };
    const good = smallest(schema, name);
    for (const trial of trials) {
      const withIt = await this.#ask(trial, { ...base, [name]: good }, name);
      if (withIt.status === 0) continue;
      if (required && !this.#required.has(key)) {
        const { [name]: _, ...rest } = base;
        const without = await this.#ask(trial, rest, name);
        if (isRefused(without, withIt)) this.#required.add(key);
      }
      if ((values || itemValues) && !this.#values.has(key)) {
        const bogus = await this.#ask(trial, { ...base, [name]: itemValues ? ["Bogus"] : "Bogus" }, name);
        if (bogus.causes.some(({ message }) => message.includes('"Bogus"'))) this.#values.add(key);
      }
      if (keys && Array.isArray(good) && !this.#duplicates.has(key)) {
        const twice = await this.#ask(trial, { ...base, [name]: [...good, ...good] }, name);
        if (news(twice, withIt).some(({ message }) => /duplicate|unique/i.test(message)))
          this.#duplicates.add(key);
      }
    }
  }

  /** What is said of texts and numbers that are no good for the field. */
  async #format(
    struct: StructSchema,
    name: string,
    { schema }: Field,
    trials: readonly Trial[],
  ): Promise<void> {
    const key = `${struct.name} ${name}`;
    const base = smallest(struct) as { [key: string]: Plain };
    const about = async (trial: Trial, value: Plain) => {
      const { causes, path } = await this.#ask(trial, { ...base, [name]: value }, name);
      return causes.filter(({ field }) => field === path || field.startsWith(`${path}[`));
    };
    const listed = schema.type === "list" && schema.items.type === "string" && !schema.items.values;
    const text = schema.type === "string" && !schema.values && !schema.suggested && !schema.format;
    for (const trial of trials) {
      if (text || listed || schema.type === "integer-or-string") {
        const causes = await about(trial, listed ? [ODD_TEXT] : ODD_TEXT);
        const values = valuesIn(key, causes);
        const format = formatIn(key, causes);
        if (values && !this.#supported.has(key)) this.#supported.set(key, values);
        else if (format && !this.#formats.has(key)) this.#formats.set(key, format);
      }
      if (schema.type === "integer" && !this.#formats.has(key)) {
        const answers: [number, Verdict["causes"]][] = [];
        for (const number of ODD_NUMBERS) answers.push([number, await about(trial, number)]);
        const bounds = boundsIn(answers);
        if (bounds) this.#formats.set(key, bounds);
      }
    }
  }

  async #name(root: Root): Promise<void> {
    const { causes } = await this.#ask({ root, way: ["metadata"] }, { name: ODD_TEXT }, "name");
    const key = `${root.apiVersion} ${root.kind}`;
    const format = formatIn(
      key,
      causes.filter(({ field }) => field === "metadata.name"),
    );
    if (format) this.#names.set(key, LOOSER_NAMES[root.kind] ?? format);
  }

  async #ask({ root, way }: Trial, value: Plain, name: string): Promise<Verdict & { path: string }> {
    const { object, path } = placedAt(root.schema, way, value);
    const whole = {
      metadata: { name: "a" },
      ...(object as { [key: string]: Plain }),
      apiVersion: root.apiVersion,
      kind: root.kind,
    };
    const verdict = await this.#asking.ask(root, whole);
    // An object that can't be read says nothing about what is valid.
    const status = verdict.status === 400 || verdict.status === 404 ? 0 : verdict.status;
    return { ...verdict, status, path: path === "" ? name : `${path}.${name}` };
  }
}

function valuesOf(schema: Schema): readonly string[] | undefined {
  return schema.type === "string" ? (schema.values ?? schema.suggested) : undefined;
}

/** Whether the server complains of the field itself, or of something in it of which it did not complain before. */
function isRefused(without: Verdict & { path: string }, withIt: Verdict): boolean {
  const complaints = (causes: Verdict["causes"]) =>
    causes.filter(({ reason }) => /Required|Invalid|NotSupported/.test(reason));
  return (
    complaints(without.causes).some(({ field }) => field === without.path) ||
    complaints(news(without, withIt)).some(({ field }) => field.startsWith(without.path))
  );
}

function news(bad: Verdict, good: Verdict): Verdict["causes"] {
  const said = new Set(good.causes.map(({ reason, field }) => `${reason} ${field}`));
  return bad.causes.filter(({ reason, field }) => !said.has(`${reason} ${field}`));
}

function sortedRecord<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function shortest(trials: readonly Trial[]): Trial[] {
  return trials.toSorted((one, other) => one.way.length - other.way.length).slice(0, WAYS);
}
