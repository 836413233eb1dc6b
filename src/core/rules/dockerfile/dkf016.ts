// DKF016: COPY --from names a stage that is not there.
import type { BuildFile } from "../../image/buildFile.ts";
import { nearest } from "../../syntax/nearest.ts";
import type { Problem } from "../../syntax/problem.ts";
import { sourcesOf } from "../dockerfileSources.ts";
import type { Rule } from "../rule.ts";

export const dkf016: Rule = {
  id: "DKF016",
  aliases: ["DL3022"],
  title: "COPY --from names a stage above, or an image",
  severity: "warning",
  why: "A name that is no stage is taken for an image and looked for on Docker Hub; a number counts the stages above, from 0.",
  source: "https://docs.docker.com/reference/dockerfile/#copy---from",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim AS build
RUN pip wheel --no-cache-dir --wheel-dir /wheels torch

FROM python:3.12-slim
COPY --from=build /wheels /wheels
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/uv
`,
  bad: `FROM python:3.12-slim AS build
RUN pip wheel --no-cache-dir --wheel-dir /wheels torch

FROM python:3.12-slim
COPY --from=«biuld» /wheels /wheels
`,
  *check(file) {
    const sources = Array.from(sourcesOf(file));
    // The builder counts the images that were copied from, too.
    const counted = sources.every((source) => source.stage !== undefined || source.refused !== undefined);
    for (const source of sources) {
      const { name, at } = source;
      if (source.refused === "no such number")
        yield {
          at,
          ...(counted ? { severity: "error" as const } : {}),
          message: `There is no stage with the number ${name.slice(0, 20)} above: they count from 0.`,
        };
      else if (source.stage === undefined) yield* unknown(file, source.index, name, at);
    }
  },
};

/** A word alone can be an image of Docker Hub's own too: only what is near to a stage's name is a mistake. */
function* unknown(file: BuildFile, index: number, name: string, at: Problem["at"]): Iterable<Problem> {
  if (!/^[\w-]+$/.test(name)) return;
  const names = file.stages.slice(0, index).flatMap((stage) => stage.name ?? []);
  const meant = nearest(name, names);
  if (meant === undefined) return;
  const exact = file.text.slice(at.start, at.end) === name;
  yield {
    at,
    message: `There is no stage ${name.slice(0, 60)}, so the builder looks for an image of this name; did you mean ${meant}?`,
    fixes: exact ? [{ title: `Change to ${meant}`, edits: [{ ...at, text: meant }] }] : [],
  };
}
