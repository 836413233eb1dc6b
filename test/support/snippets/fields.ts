// Which fields an API has, in extracts of its own schema, and what of an object does not fit them.

/** A part of a schema, with what our snippets use of it. */
export interface Fields {
  /** `object`, `array`, `string`, `integer`, `number`, `boolean`; several are separated by `|`, none is anything. */
  type?: string;
  /** Of an object: the fields that are used. */
  fields?: Record<string, Fields>;
  /** The names of all its other fields, separated by blanks. */
  others?: string;
  /** Separated by blanks. */
  required?: string;
  /** Of an object whose names are free: what its values are. */
  values?: Fields;
  /** Of an array. */
  items?: Fields;
  enum?: (string | number | boolean)[];
  pattern?: string;
  /** Anything is taken here. */
  open?: true;
}

/** What one project's schemas say of its kinds. */
export interface FieldFacts {
  /** Where the schemas come from, with the version. */
  source: string;
  /** The day they were read. */
  read: string;
  /** By apiVersion and kind, as `ray.io/v1 RayCluster`, or another name for what is no Kubernetes object. */
  kinds: Record<string, Fields>;
}

/** One sentence for each place of `value` that does not fit, as `spec.rayVersoin: no such field`. */
export function misfits(value: unknown, fields: Fields, path = ""): string[] {
  if (fields.open) return [];
  const at = path === "" ? "the object" : path;
  const type = typeOf(value);
  const types = fields.type?.split("|") ?? [];
  if (types.length > 0 && !types.includes(type) && !(type === "integer" && types.includes("number")))
    return [`${at}: ${type} where ${fields.type} is due`];
  if (fields.enum && !fields.enum.includes(value as string))
    return [`${at}: ${String(value)} is none of ${fields.enum.join(", ")}`];
  if (
    fields.pattern !== undefined &&
    typeof value === "string" &&
    !new RegExp(fields.pattern, "u").test(value)
  )
    return [`${at}: ${value} does not match ${fields.pattern}`];
  if (Array.isArray(value))
    return value.flatMap((item, index) => misfits(item, fields.items ?? { open: true }, `${path}[${index}]`));
  return isObject(value) ? objectMisfits(value, fields, path) : [];
}

function objectMisfits(value: Record<string, unknown>, fields: Fields, path: string): string[] {
  const found: string[] = [];
  for (const name of words(fields.required))
    if (!(name in value)) found.push(`${path === "" ? "the object" : path}: ${name} is missing`);
  for (const [name, child] of Object.entries(value)) {
    const childPath = path === "" ? name : `${path}.${name}`;
    const known = fields.fields?.[name] ?? fields.values;
    if (known) found.push(...misfits(child, known, childPath));
    else if (words(fields.others).includes(name))
      found.push(`${childPath}: the extract says nothing of it; write the extracts anew: npm run fields`);
    else found.push(`${childPath}: no such field`);
  }
  return found;
}

function words(text: string | undefined): string[] {
  return text === undefined || text === "" ? [] : text.split(" ");
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (Number.isInteger(value)) return "integer";
  return typeof value;
}
