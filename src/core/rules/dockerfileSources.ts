// Where the stages of a Dockerfile take files from: COPY --from and RUN --mount=…,from=….
import type { BuildFile, BuildStage } from "../image/buildFile.ts";
import type { Span } from "../syntax/lines.ts";
import { writtenSteps } from "./dockerfileSteps.ts";

export interface Source {
  /** A stage's name or number, or an image. */
  readonly name: string;
  readonly at: Span;
  /** The number of the stage that takes from it. */
  readonly index: number;
  /** undefined for an image. */
  readonly stage: BuildStage | undefined;
  readonly refused: "itself" | "later" | "no such number" | undefined;
}

export function* sourcesOf(file: BuildFile): Iterable<Source> {
  const byName = new Map(
    file.stages.flatMap((stage) => (stage.name ? [[stage.name.toLowerCase(), stage]] : [])),
  );
  for (const { stage, instruction } of writtenSteps(file, "COPY", "RUN")) {
    for (const { name: flag, value = "", valueSpan } of instruction.flags) {
      const copies = flag === "from" && instruction.keyword === "COPY";
      const mounted = flag === "mount" ? /(?:^|,)from=([^,]+)/d.exec(value) : null;
      const name = copies ? value : mounted?.[1];
      if (name === undefined || name === "" || name.includes("$")) continue;
      const [from, to] = mounted?.indices?.[1] ?? [0, value.length];
      const exact = file.text.slice(valueSpan.start, valueSpan.end) === value;
      const at = exact ? { start: valueSpan.start + from, end: valueSpan.start + to } : valueSpan;
      // Only COPY counts stages.
      const numbered = copies && /^\d+$/.test(name);
      const source = numbered ? file.stages[Number(name)] : byName.get(name.toLowerCase());
      const refused =
        source === undefined
          ? numbered
            ? "no such number"
            : undefined
          : source.index === stage.index
            ? "itself"
            : source.index > stage.index
              ? "later"
              : undefined;
      yield { name, at, index: stage.index, stage: source, refused };
    }
  }
}
