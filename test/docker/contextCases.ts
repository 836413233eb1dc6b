// What .dockerignore files leave out, and who arrives; the same cases run on our reading and on a real builder.

export interface IgnoreCase {
  name: string;
  ignore: string;
  /** All empty; the Dockerfile and the .dockerignore are there beside them. */
  files: readonly string[];
  /** Those of `files` that reach the build. */
  arrive: readonly string[];
}

export const ignoreCases: readonly IgnoreCase[] = [
  {
    name: "a folder below another, not one of the same name elsewhere",
    ignore: "src/.git\n",
    files: ["src/.git/config", "src/a.py", ".git/config"],
    arrive: ["src/a.py", ".git/config"],
  },
  {
    name: "a name at any depth",
    ignore: "**/cache\n**/*.bin\n",
    files: ["cache/x", "a/cache/x", "a/b/cache", "a/cached", "m.bin", "a/b/m.bin", "a/m.bins"],
    arrive: ["a/cached", "a/m.bins"],
  },
  {
    name: "a star ends at the slash",
    ignore: "*.bin\nlogs/*/old\n",
    files: ["m.bin", "a/m.bin", "logs/a/old/x", "logs/old/x", "logs/a/b/old"],
    arrive: ["a/m.bin", "logs/old/x", "logs/a/b/old"],
  },
  {
    name: "an exception under a folder that is left out",
    ignore: "data\n!data/keep\n!data/deep/er/keep.txt\n",
    files: ["data/x", "data/keep/a", "data/deep/er/keep.txt", "data/deep/er/x"],
    arrive: ["data/keep/a", "data/deep/er/keep.txt"],
  },
  {
    name: "everything but some",
    ignore: "*\n!src\n!requirements*.txt\nsrc/secret\n",
    files: ["a", "src/a.py", "src/secret", "requirements.txt", "requirements-dev.txt", "deep/src/a"],
    arrive: ["src/a.py", "requirements.txt", "requirements-dev.txt"],
  },
  {
    name: "the last line that fits decides",
    ignore: "!a\na\n!b\nb\n!b\n",
    files: ["a", "b"],
    arrive: ["b"],
  },
  {
    name: "a slash at either end means nothing",
    ignore: "data/\n/rooted\n./dotted/\nsub//double\nup/../back\n",
    files: ["data/x", "rooted", "deep/rooted", "dotted/x", "sub/double/x", "back"],
    arrive: ["deep/rooted"],
  },
  {
    name: "line ends of Windows, comments, white space, and a mark at the start",
    ignore: "\uFEFFfirst\r\n# second\r\n\r\n  third  \r\n\t!fourth\r\n #fifth\r\n! first/keep\r\n",
    files: ["first/x", "first/keep", "second", "# second", "third", "fourth", "#fifth"],
    arrive: ["first/keep", "second", "# second", "fourth"],
  },
  {
    name: "what a backslash stands before is itself",
    ignore: "\\#hash\n\\!bang\nstar\\*\nquestion\\?\n[[]x]\n",
    files: ["#hash", "!bang", "star*", "starx", "question?", "questionx", "[x]"],
    arrive: ["starx", "questionx"],
  },
  {
    name: "one character, and one of a class",
    ignore: "secret?.txt\nmodel-[0-9].bin\nrun[^a-c]\n",
    files: ["secret.txt", "secret1.txt", "secret12.txt", "model-1.bin", "model-x.bin", "runa", "rund", "☃"],
    arrive: ["secret.txt", "secret12.txt", "model-x.bin", "runa", "☃"],
  },
  {
    name: "two stars in the middle and at the end",
    ignore: "a/**/z\nb/**\n**tmp\n",
    files: ["a/z", "a/x/z", "a/x/y/z/w", "a/y", "b/c", "b/d/e", "xtmp", "a/tmp", "tmp/x"],
    arrive: ["a/y"],
  },
  {
    name: "an exception of a folder does not reach files that a name at any depth leaves out",
    ignore: "**/*.bin\n!models\n",
    files: ["models/a.bin", "models/a.txt", "b.bin"],
    arrive: ["models/a.txt"],
  },
  {
    name: "letters beyond English, dots and dollars stand for themselves",
    ignore: "模型.bin\na.b\n$x\na+(b)\n",
    files: ["模型.bin", "axb", "a.b", "$x", "a+(b)", "aab"],
    arrive: ["axb", "aab"],
  },
  {
    name: "the Dockerfile and the .dockerignore themselves",
    ignore: "Dockerfile\n.dockerignore\n",
    files: ["Dockerfile", ".dockerignore", "a"],
    arrive: ["a"],
  },
  { name: "everything", ignore: "**\n", files: ["a", "b/c"], arrive: [] },
  { name: "nothing, when it is empty", ignore: "\n", files: ["a", "b/.git/c"], arrive: ["a", "b/.git/c"] },
];
