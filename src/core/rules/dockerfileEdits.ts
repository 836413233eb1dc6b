// Edits of RUN lines for quick fixes.
import type { BuildStage, RunScript } from "../image/buildFile.ts";
import type { Span } from "../syntax/lines.ts";
import type { TextEdit } from "../syntax/problem.ts";

/** Puts text behind a part of a script. */
export function insertAfter(run: RunScript, part: Span, text: string): TextEdit {
  const { end } = run.place(part);
  return { start: end, end, text };
}

/** Puts text behind the last command of a RUN; undefined where that is not sure to be read as meant. */
export function appendToRun(run: RunScript, text: string): TextEdit | undefined {
  const { rest, heredocs, json } = run.step.instruction;
  const last = run.commands.at(-1);
  if (heredocs.length > 0 || json || run.script.broken || !last) return undefined;
  const { end } = run.place(last.command);
  // Behind it come brackets, words as fi and done, or a comment.
  if (end !== rest.end || last.command.inside || last.command.nested) return undefined;
  return { start: end, end, text };
}

/** Puts a line before an instruction, with its indent. */
export function lineBefore(text: string, at: number, line: string): TextEdit {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return { start, end: start, text: `${line}${eolOf(text)}` };
}

/** Puts a line after a stage's FROM. */
export function lineAfterFrom(text: string, { from }: BuildStage, line: string): TextEdit {
  return { start: from.end, end: from.end, text: `${eolOf(text)}${line}` };
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
