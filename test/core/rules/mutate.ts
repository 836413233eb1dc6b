// Small accidents to a text, the same ones for the same seed.

const PIECES = [
  ...Array.from("{}[]:-#&*!|>'\"%@`,? \t\n\\~."),
  "\r\n",
  "\n---\n",
  "\n...\n",
  "&a ",
  "*a",
  "<<: *a",
  "{{ .Values.x }}",
  "{%",
  "null",
  "yes",
  "\u{1F600}",
  "\u0000",
  "\uFEFF",
  "\u2028",
  "# slipway-ignore GPU001: x\n",
  "FROM a\n",
  "<<EOF\n",
  "//",
  "/*",
];

/** A small generator of the same numbers in every run (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) % 1_000_003) % below;
  };
}

/** `text` with one to four small accidents. */
export function mutate(text: string, random: (below: number) => number): string {
  let result = text;
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(result.length + 1);
    const to = Math.min(result.length, at + random(12));
    const piece = PIECES[random(PIECES.length)] ?? "";
    const kind = random(4);
    if (kind === 0) result = result.slice(0, at) + piece + result.slice(at);
    else if (kind === 1) result = result.slice(0, at) + result.slice(to);
    else if (kind === 2) result = result.slice(0, to) + result.slice(at);
    else {
      const line = result.split("\n");
      const moved = line.splice(random(line.length), 1);
      line.splice(random(line.length + 1), 0, ...moved);
      result = line.join("\n");
    }
  }
  return result;
}
