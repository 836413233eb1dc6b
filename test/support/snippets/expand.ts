// A snippet's body as a person who only presses Tab has it: the grammar of VS Code's snippets, without variables.

export interface Expanded {
  text: string;
  /** Numbers of the tab stops in the order of the text, each time they stand there. */
  stops: number[];
}

const TOKEN =
  /\\([\\$}])|\$(\d+)|\$\{(\d+)\}|\$\{(\d+):((?:\\.|[^\\}])*)\}|\$\{(\d+)\|((?:\\.|[^\\|])*)\|\}|\$/g;

/**
 * Placeholders become their default, choices the first of theirs, and a tab stop without either what the same
 * number has elsewhere.
 *
 * @throws for a `$` that is neither a tab stop nor escaped (VS Code would take `$NAME` for a variable), and where
 *   one number has two defaults.
 */
export function expand(body: string): Expanded {
  const defaults = new Map<string, string>();
  for (const match of body.matchAll(TOKEN)) {
    const [stop, value] = defaultOf(match);
    if (stop === undefined || value === undefined) continue;
    const known = defaults.get(stop);
    if (known !== undefined && known !== value)
      throw new Error(`Tab stop ${stop} has two defaults: ${known} and ${value}`);
    defaults.set(stop, value);
  }
  const stops: number[] = [];
  const text = body.replace(TOKEN, (...match: string[]) => {
    const [token = "", escaped, plain, braced, named, , chosen] = match;
    if (escaped !== undefined) return escaped;
    const stop = plain ?? braced ?? named ?? chosen;
    if (stop === undefined)
      throw new Error(`A ${token} is not escaped: ${body.slice(body.indexOf(token), 40)}`);
    stops.push(Number(stop));
    return defaults.get(stop) ?? "";
  });
  return { text, stops };
}

function defaultOf(match: RegExpMatchArray): [stop: string | undefined, value: string | undefined] {
  const [, , , , named, value, chosen, choices] = match;
  if (named !== undefined) return [named, unescaped(value ?? "")];
  if (chosen !== undefined) return [chosen, unescaped(/^(?:\\.|[^\\,])*/.exec(choices ?? "")?.[0] ?? "")];
  return [undefined, undefined];
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
