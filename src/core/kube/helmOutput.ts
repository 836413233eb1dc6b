// What `helm template` prints: the documents of each template, or why a chart can't be rendered.

export interface RenderedTemplate {
  /** As helm names it: the chart's name, then the path inside the chart (`web/templates/service.yaml`). */
  readonly source: string;
  /** Its documents, one after the other. */
  readonly text: string;
}

const SOURCE = /^# Source: (.+?)\r?$/;

/** What each template made, in the order in which helm names them first. */
export function renderedTemplates(output: string): RenderedTemplate[] {
  const documents = new Map<string, string[]>();
  let current: string[] | undefined;
  let before: string | undefined;
  for (const line of output.split("\n")) {
    const source = before === "---" ? SOURCE.exec(line)?.[1] : undefined;
    if (source !== undefined) {
      // The mark stood in what came before only until it was known whose it is.
      current?.pop();
      current = documents.get(source) ?? [];
      documents.set(source, current);
      current.push("---");
    }
    current?.push(line);
    before = line;
  }
  return Array.from(documents, ([source, lines]) => ({ source, text: lines.join("\n") }));
}

export interface HelmFailure {
  /** The template that helm stumbled over, as in `RenderedTemplate`; undefined for the chart as a whole. */
  readonly source: string | undefined;
  /** Zero-based, in that template. */
  readonly line: number | undefined;
  /** helm's own words, without a full stop. */
  readonly message: string;
}

const PLACE = /\(([^():\s]+\/templates\/[^():]+):(\d+)(?::\d+)?\):?|template: ([^\s:]+):(\d+)(?::\d+)?:/;
const FILE = /(?:on|in|at|of) "?([^\s:"]+\/templates\/[^\s:"]+)"?/;

/** From what helm wrote to standard error. */
export function helmFailure(errors: string): HelmFailure {
  const lines = errors.split("\n").map((line) => line.trim());
  const first = lines.findIndex((line) => line.startsWith("Error: "));
  const said = (first === -1 ? lines : lines.slice(first))
    .filter((line) => line !== "" && !line.startsWith("Use --debug") && !/^(?:WARNING|walk\.go)/.test(line))
    .slice(0, 3)
    .join(" ")
    .replace(/^Error: /, "");
  const place = PLACE.exec(said);
  const source = place?.[1] ?? place?.[3] ?? FILE.exec(said)?.[1];
  // Where what is never closed was opened, it can be seen.
  const line = /started at [^\s:]+:(\d+)/.exec(said)?.[1] ?? place?.[2] ?? place?.[4];
  // The innermost reason comes last, after how helm came there.
  const reason = place ? said.slice(place.index + place[0].length) : said;
  return {
    source,
    line: line === undefined ? undefined : Math.max(0, Number(line) - 1),
    message: (reason.trim() || said || "it says nothing").slice(0, 400).replace(/[.\s]+$/, ""),
  };
}
