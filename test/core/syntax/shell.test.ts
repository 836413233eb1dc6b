// Shell text taken apart: commands, words, expansions, with exact places.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseShell, plainCommand } from "../../../src/core/syntax/shell.ts";

/** Each command as `before [NAME=…] words >redirections after`, nested ones in order of their end. */
function commands(text: string): string[] {
  return parseShell(text).commands.map(
    ({ before, words, assignments, redirections, after, nested, inside }) => {
      const parts = [
        ...assignments.map((word) => `[${word.text}]`),
        ...words.map((word) =>
          /\s/.test(word.text) || word.text === "" ? JSON.stringify(word.text) : word.text,
        ),
        ...redirections.map((one) => `${one.operator}${one.target?.text ?? ""}`),
      ];
      const marks = `${nested ? "$" : ""}${inside ? "*" : ""}`;
      return [before, marks, ...parts, after]
        .filter((part) => part !== "")
        .join(" ")
        .replaceAll("\n", "\\n");
    },
  );
}

describe("a shell's commands", () => {
  const cases: Record<string, string[]> = {
    "a b && c || d; e | f & g": ["a b &&", "&& c ||", "|| d ;", "; e |", "| f &", "& g"],
    "A=1 B='x y' run --flag": ["[A=1] [B=x y] run --flag"],
    "A=1": ["[A=1]"],
    "cmd > out 2>&1 < in >> log": ["cmd >out >&1 <in >>log"],
    "'a b' \"c $D\" e\\ f ''": ['"a b" "c $D" "e f" ""'],
    'say "it \\"is\\" \\$5 \\n"': ['say "it \\"is\\" $5 \\\\n"'],
    "if test -f x; then rm x; else touch x; fi && next": [
      "* test -f x ;",
      "; * rm x ;",
      "; * touch x ;",
      "&& next",
    ],
    "for x in a b; do echo $x; done; after": ["; * echo $x ;", "; after"],
    "case $A in x|y) one ;; (*) two;; esac; three": ["* one ;;", "* two ;;", "; three"],
    "(cd a && make) && b": ["( * cd a &&", "&& * make )", "&& b"],
    "{ a; b; } | c": ["* a ;", "; * b ;", "| c"],
    "f() { inner; }; f": ["* inner ;", "; f"],
    "echo $(date +%s) `hostname -f` end": [
      "$ date +%s",
      "$ hostname -f",
      'echo "$(date +%s)" "`hostname -f`" end',
    ],
    "x=$(a $(b) c)": ["$ b", "$ a $(b) c", "[x=$(a $(b) c)]"],
    "a # comment && b": ["a"],
    "a \\\n  b\nc": ["a b \\n", "\\n c"],
    "cat <<EOF > f && b\nnot a command\nEOF\nafter": ["cat <<EOF >f &&", "&& b \\n", "\\n after"],
    "! a && time b": ["a &&", "&& b"],
    "[[ -f a && -d b ]] && c": ["&& c"],
    'echo ${A:-x y} "${B}" $((1 + 2))': ['echo "${A:-x y}" ${B} "$((1 + 2))"'],
    "diff <(a) <(b) c": ["$ a", "$ b", "diff <(a) <(b) c"],
    "": [],
    ";;; && |": [],
  };
  for (const [text, expected] of Object.entries(cases))
    it(JSON.stringify(text), () => {
      assert.deepEqual(commands(text), expected);
    });

  it("know where their words stand, and what in them is not quoted", () => {
    const text = 'pip install "$A" b${C}d $(e)';
    const [, outer] = parseShell(text).commands;
    assert.deepEqual(
      outer?.words.map((word) => text.slice(word.start, word.end)),
      ["pip", "install", '"$A"', "b${C}d", "$(e)"],
    );
    assert.deepEqual(
      outer?.words.flatMap((word) =>
        word.expansions.map((one) => [text.slice(one.start, one.end), one.name, one.quoted]),
      ),
      [
        ["$A", "A", true],
        ["${C}", "C", false],
        ["$(e)", "", false],
      ],
    );
  });

  it("tell what only some shells know", () => {
    const features = (text: string) => parseShell(text).features.map((feature) => feature.name);
    assert.deepEqual(
      features("[[ a == b ]]; x &> y; a=(1 2); cat <<< z; diff <(a) b; ((i++)); a+=b; $'\\n'; a |& b"),
      ["[[", "&>", "array", "<<<", "<(", "((", "+=", "$'", "|&"],
    );
    assert.deepEqual(features("[ a = b ] > c 2>&1; (a); echo '[[ <( &>' \"<<<\""), []);
  });

  it("are read to the end where quotes and brackets are not closed", () => {
    for (const text of [
      "a 'b",
      'a "b $(c',
      "a $(b",
      "a `b",
      "a ${b",
      "[[ a",
      "$((1",
      "case a in",
      "((",
      "a <(b",
      "f=(",
    ])
      assert.ok(parseShell(text).broken || text === "case a in", text);
    assert.equal(parseShell("$(".repeat(20_000)).broken, true);
    parseShell("`".repeat(20_001));
    parseShell("(".repeat(20_000));
    parseShell("${a".repeat(10_000));
    parseShell("case x in ".repeat(5_000));
    parseShell("a <<E\n".repeat(5_000));
  });
});

describe("plainCommand", () => {
  it("gives the words of what needs no shell", () => {
    assert.deepEqual(plainCommand("python -m  serve 'a b'"), ["python", "-m", "serve", "a b"]);
    for (const text of [
      "a && b",
      "a $B",
      "a > b",
      "A=1 b",
      "a *",
      "a; ",
      "a #b",
      "[[ a ]]",
      "",
      "a 'b",
      "a ~",
    ])
      assert.equal(plainCommand(text), undefined, text);
  });
});
