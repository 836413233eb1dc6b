// Dockerfiles that fail, each in its way, with the place and the words a person should see. The builders' own
// words about them are recorded in test/golden/docker; the same cases run on real engines in this folder.

export interface FailingCase {
  name: string;
  dockerfile: string;
  /** 1-based, as an editor shows it: first line and column, last line and the column after the end. */
  place: [line: number, column: number, endLine: number, endColumn: number];
  /** How the message begins with the current engine. */
  message: string;
}

export const failingCases: FailingCase[] = [
  {
    name: "run-fails",
    dockerfile: text(
      "FROM slipway.test/box:1",
      "RUN echo first",
      'RUN echo "about to fail" >&2; exit 3',
      "RUN echo never",
    ),
    place: [3, 1, 3, 37],
    message: "RUN failed with exit code 3.\nabout to fail",
  },
  {
    name: "run-multiline",
    dockerfile: text(
      "FROM slipway.test/box:1 AS base",
      "RUN echo one",
      "",
      "FROM base AS train",
      "RUN echo a && \\",
      "    # a comment between",
      "    nosuchcommand --flag && \\",
      "    echo b",
    ),
    place: [5, 1, 8, 11],
    message: "RUN failed with exit code 127 (command not found).",
  },
  {
    name: "run-heredoc",
    dockerfile: text("FROM slipway.test/box:1", "RUN <<SCRIPT", "set -e", "echo inside", "false", "SCRIPT"),
    place: [2, 1, 6, 7],
    message: "RUN failed with exit code 1.\ninside",
  },
  {
    name: "copy-missing",
    dockerfile: text("FROM slipway.test/box:1", "COPY hello.txt /hello.txt", "COPY requirements.txt /app/"),
    place: [3, 6, 3, 22],
    message: "requirements.txt is not in the build context. Check its path,",
  },
  {
    name: "copy-missing-from-stage",
    dockerfile: text(
      "FROM slipway.test/box:1 AS build",
      "RUN echo x > /x",
      "FROM slipway.test/box:1",
      "COPY --from=build /nothere /y",
    ),
    place: [4, 19, 4, 27],
    message: "/nothere is not in build, where this COPY takes it from.",
  },
  {
    name: "unknown-base",
    dockerfile: text("# a comment", "ARG V=1", "FROM slipway.test/nothere:${V}", "RUN echo x"),
    place: [3, 6, 3, 31],
    message: "The image slipway.test/nothere:${V} can't be had: the registry slipway.test can't be reached.",
  },
  {
    name: "unknown-stage",
    dockerfile: text(
      "FROM slipway.test/box:1 AS build",
      "RUN echo x",
      "FROM slipway.test/box:1",
      "COPY --from=biuld /x /y",
    ),
    place: [4, 6, 4, 18],
    message:
      "There is no stage biuld, and no image of that name: the registry registry-1.docker.io can't be reached. The stages are build.",
  },
  {
    name: "unknown-instruction",
    dockerfile: text("FROM slipway.test/box:1", "RUN echo x", "RUNN echo y"),
    place: [3, 1, 3, 5],
    message: "Unknown instruction: RUNN (did you mean RUN?)",
  },
  {
    name: "parse-error",
    dockerfile: text("FROM slipway.test/box:1", "ENV"),
    place: [2, 1, 2, 4],
    message: "ENV requires at least one argument.",
  },
  {
    name: "no-from",
    dockerfile: text("RUN echo x"),
    place: [1, 1, 1, 11],
    message: "No build stage in current context.",
  },
  {
    name: "user-missing",
    dockerfile: text("FROM slipway.test/box:1", "USER nobody:nogroup:x", "RUN echo hi"),
    place: [3, 1, 3, 12],
    message: "RUN could not start: Unable to find user nobody: no matching entries in passwd file.",
  },
];

/** Two stages, the second takes from the first; needs a file hello.txt in the context. */
export const multiStage = text(
  "FROM slipway.test/box:1 AS build",
  "WORKDIR /work",
  "COPY hello.txt .",
  "RUN echo compiling && cat hello.txt > out.txt",
  "",
  "FROM slipway.test/box:1",
  "COPY --from=build /work/out.txt /out.txt",
  'RUN echo "last: $(cat /out.txt)"',
  'CMD ["sh"]',
);

function text(...lines: string[]): string {
  return `${lines.join("\n")}\n`;
}
