// Dockerfiles read as the builder reads them: lines, words, flags, pairs, heredocs and variables.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseDockerfile } from "../../../src/core/syntax/dockerfile.ts";
import { expand } from "../../../src/core/syntax/dockerfileExpand.ts";
import type { Span } from "../../../src/core/syntax/lines.ts";

const slice = (text: string, { start, end }: Span) => text.slice(start, end);

describe("a Dockerfile's lines", () => {
  it("are joined without comments and empty lines, and every word keeps its place", () => {
    const text = "FROM a\nRUN one \\\n  # why\n\n  && two\\\nthree \\ \n\tfour\nUSER b\n";
    const [, run] = parseDockerfile(text).instructions;
    assert.equal(run?.line.joined.text, "RUN one   && twothree \tfour");
    assert.deepEqual(
      run?.words.map((word) => [word.text, slice(text, word)]),
      [
        ["one", "one"],
        ["&&", "&&"],
        ["twothree", "two\\\nthree"],
        ["four", "four"],
      ],
    );
    assert.deepEqual(
      run?.line.emptyLines.map((line) => line.start),
      [text.indexOf("\n\n  &&") + 1],
    );
  });

  it("continue by a backtick where the file says so", () => {
    const text = "# escape=`\nFROM a\nRUN dir c:\\ `\n  /s\nCOPY a\\ b\\\n";
    const file = parseDockerfile(text);
    assert.deepEqual(
      file.instructions.map((instruction) => instruction.rest.text),
      ["a", "dir c:\\   /s", "a\\ b\\"],
    );
    assert.deepEqual(file.problems, []);
  });

  it("are not continued by an escaped escape", () => {
    assert.equal(parseDockerfile("FROM a\nRUN a \\\\\nRUN b\n").instructions.length, 3);
  });

  it("know directives only at the top, and each once", () => {
    const names = (text: string) =>
      parseDockerfile(text).directives.map(({ name, value }) => `${name}=${value}`);
    assert.deepEqual(names("# syntax = docker/dockerfile:1\n#check=skip=all\nFROM a\n"), [
      "syntax=docker/dockerfile:1",
      "check=skip=all",
    ]);
    assert.deepEqual(names("# hello\n# check=skip=all\nFROM a\n"), []);
    assert.deepEqual(names("\n# check=skip=all\nFROM a\n"), []);
    assert.deepEqual(
      parseDockerfile("# escape=\\\n# escape=`\nFROM a\n").problems.map(({ message }) => message),
      ["Only one escape directive is allowed."],
    );
  });

  it("keep the comments above them", () => {
    const comments = (text: string) => parseDockerfile(text).instructions.map((one) => one.comments);
    assert.deepEqual(comments("# one\n# two\nFROM a\n# gone\n#\n# three\n\nRUN b\nRUN c\n"), [
      ["one", "two"],
      ["three"],
      [],
    ]);
  });

  it("hold their heredocs, quoted or not, one after the other", () => {
    const text = "FROM a\nCOPY <<A <<-'B' /to/\n$x\nA\n\tb\n\tB\nRUN [\"<<C\"]\nENV a=<<D\nRUN cat <<<E\n";
    const file = parseDockerfile(text);
    assert.deepEqual(file.problems, []);
    assert.deepEqual(
      file.instructions.flatMap((one) =>
        one.heredocs.map((doc) => [doc.name, doc.expand, slice(text, doc.content)]),
      ),
      [
        ["A", true, "$x\n"],
        ["B", false, "\tb\n"],
      ],
    );
    assert.equal(file.instructions.length, 5);
  });
});

describe("an instruction's parts", () => {
  const text = `FROM --platform="linux/amd64" a AS b
COPY --from=b --chown=1:1 ["a b", "c\\"d", "/e"]
ENV A=1 B="two words" C=it\\ is
ENV old style value
ARG X Y=1 Z="a b"
ONBUILD RUN --network=none make
LABEL "a b"=c
`;
  const [from, copy, env, legacy, arg, onbuild, label] = parseDockerfile(text).instructions;

  it("are flags with the places of their values", () => {
    assert.deepEqual(
      [from, copy].flatMap((one) =>
        one?.flags.map((flag) => [flag.name, flag.value, slice(text, flag.valueSpan)]),
      ),
      [
        ["platform", "linux/amd64", '--platform="linux/amd64"'],
        ["from", "b", "b"],
        ["chown", "1:1", "1:1"],
      ],
    );
  });

  it("are the strings of a JSON array", () => {
    assert.deepEqual(
      copy?.words.map((word) => [word.text, slice(text, word)]),
      [
        ["a b", '"a b"'],
        ['c"d', '"c\\"d"'],
        ["/e", '"/e"'],
      ],
    );
  });

  it("are pairs, of the old form too", () => {
    const pairs = [env, legacy, arg, label].flatMap((one) =>
      one?.pairs.map((pair) => [slice(text, pair.key), pair.value && slice(text, pair.value), pair.legacy]),
    );
    assert.deepEqual(pairs, [
      ["A", "1", false],
      ["B", '"two words"', false],
      ["C", "it\\ is", false],
      ["old", "style value", true],
      ["X", undefined, false],
      ["Y", "1", false],
      ["Z", '"a b"', false],
      ['"a b"', "c", false],
    ]);
  });

  it("are what ONBUILD holds", () => {
    assert.equal(onbuild?.trigger?.keyword, "RUN");
    assert.equal(onbuild?.trigger?.flags[0]?.name, "network");
    assert.equal(onbuild?.trigger && slice(text, onbuild.trigger.rest), "make");
  });
});

describe("what the builder refuses", () => {
  const refused: Record<string, string> = {
    "FROM a AS 1b":
      'A stage\'s name starts with a letter, ends with a letter or digit, and has only single dots, underscores and dashes between them. @ "1b"',
    "FROM a\nCOPY --form=x a b": 'COPY has no flag --form; did you mean --from? @ "--form=x"',
    "FROM a\nCMD --help": 'CMD has no flag --help. @ "--help"',
    "FROM a\nCOPY --link=maybe a b": '--link is true or false. @ "--link=maybe"',
    "FROM a\nCOPY --chown=a --chown=b a b": '--chown stands here twice. @ "--chown=b"',
    "FROM a\nRUN --network=some b": '--network is default, none or host. @ "some"',
    "FROM a\nENV A": 'ENV needs a value: write ENV name=value. @ "A"',
    "FROM a\nENV A=1 B":
      'ENV takes pairs of the form name=value, and this word has no "=". Put quotes around a value with spaces. @ "B"',
    'FROM a\nCOPY ["a", 1]':
      'The array after COPY may hold only strings, each in double quotes. @ "[\\"a\\", 1]"',
    "FROM a\nSHELL bash": 'SHELL takes a JSON array, such as ["/bin/bash", "-c"]. @ "bash"',
    "FROM a\nHEALTHCHECK curl x": 'HEALTHCHECK is followed by CMD and a command, or by NONE. @ "curl"',
    "FROM a\nRUN <<EOF\nx":
      'The heredoc EOF is never closed: a line with just this word ends it. @ "RUN <<EOF"',
    "# escape=x\nFROM a": 'The escape character can only be a backslash or a backtick. @ "# escape=x"',
    "FROM a\nARG =1": 'This ARG has no name. @ "1"',
  };
  for (const [text, expected] of Object.entries(refused))
    it(JSON.stringify(text), () => {
      const [first] = parseDockerfile(text).problems;
      assert.equal(first && `${first.message} @ ${JSON.stringify(slice(text, first.at))}`, expected);
    });

  it("is left open where the file asks for another builder", () => {
    assert.deepEqual(
      parseDockerfile("# syntax=docker/dockerfile:1-labs\nFROM a\nCOPY --new=1 a b\nINCLUDE x\n").problems,
      [],
    );
  });
});

describe("expand", () => {
  const environment = (name: string): string | undefined =>
    ({ A: "one", EMPTY: "", P: "a/b/c.tar.gz" })[name];
  const cases: [string, string][] = [
    ["$A-${A}", "one-one"],
    ["'$A' \"$A\" \\$A", "$A one $A"],
    ["${B:-x${A}}", "xone"],
    ["${EMPTY-x}${EMPTY:-y}", "y"],
    ["${A:+set}${B:+set}", "set"],
    ["${P#*/}", "b/c.tar.gz"],
    ["${P##*/}", "c.tar.gz"],
    ["${P%.*}", "a/b/c.tar"],
    ["${P%%.*}", "a/b/c"],
    ["${P/b/x}", "a/x/c.tar.gz"],
    ["${P//[/x}", "a/b/c.tar.gz"],
    ["${P//?\\//-}", "--c.tar.gz"],
    ["${P/*/x}${P//*/y}", "xy"],
    ["${P//x*/y}", "a/b/c.tar.gz"],
    ["${P#\\*}${P%z*z}", "a/b/c.tar.gza/b/c.tar.gz"],
    ["${EMPTY//*/x}", "x"],
    ["$", "$"],
    ["$1$-a", "a"],
  ];
  for (const [word, expected] of cases)
    it(`${word} is ${expected}`, () => {
      assert.equal(expand(word, environment).text, expected);
    });

  it("tells which variables are not set, and where", () => {
    assert.deepEqual(Array.from(expand("a$B${A}${C:-x}$B", environment).unmatched), [
      ["B", 1],
      ["C", 7],
    ]);
  });

  for (const word of ["${", "${}", "'a", '"a', "${A:#x}", "${A", "${B?}", "${A/x}"])
    it(`${word} is refused`, () => {
      assert.ok(expand(word, environment).error);
    });
});
