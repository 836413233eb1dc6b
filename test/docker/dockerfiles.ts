// Dockerfiles made by chance, the same for the same seed: what the builder's checks look at, in many combinations.
import { mutate, randomFrom } from "../core/rules/mutate.ts";

/** Images that the engine of the tests is given; our checks know what variables they set. */
export const images = ["ubuntu:24.04", "debian:12", "alpine:3"];

const IGNORES = [
  "data\n*.ckpt\n",
  "*\n",
  "**/secret\nsrc/*.py\n# x\n/lib/\n",
  "data\n!data/a\n",
  "a?c\n[ab]x\n",
];

export interface MadeFile {
  readonly text: string;
  readonly dockerignore: string | null;
}

export function madeFile(seed: number): MadeFile {
  const random = randomFrom(seed);
  const made = new Maker(random).file();
  // What an ONBUILD brings is shown at a FROM, whose comments the builder does not heed for it; we do.
  const text = /onbuild/i.test(made) ? made.replace(/^# check=skip=Workdir.*\n/gm, "") : made;
  const dockerignore = random(3) === 0 ? (IGNORES[random(IGNORES.length)] ?? "") : null;
  const endings = random(8) === 0 ? text.replaceAll("\n", "\r\n") : text;
  return { text: random(3) === 0 ? mutate(endings, random) : endings, dockerignore };
}

class Maker {
  readonly #random: (below: number) => number;
  readonly #stages: string[] = [];
  readonly #lower: boolean;

  constructor(random: (below: number) => number) {
    this.#random = random;
    this.#lower = random(5) === 0;
  }

  file(): string {
    const lines: string[] = [];
    if (this.#one(6)) lines.push(this.#form(DIRECTIVES));
    for (let count = this.#random(3); count > 0; count--) lines.push(this.#commented(this.#of(GLOBALS)));
    for (let count = 1 + this.#random(3); count > 0; count--) {
      lines.push(this.#commented(this.#from()));
      for (let steps = this.#random(8); steps > 0; steps--) lines.push(this.#commented(this.#step()));
    }
    return `${lines.join("\n")}\n`;
  }

  #one(of: number): boolean {
    return this.#random(of) === 0;
  }

  #of<Item>(items: readonly Item[]): Item {
    return items[this.#random(items.length)] as Item;
  }

  /** One of the forms; those marked with ! the builder refuses, so that they are seldom taken. */
  #form(forms: readonly string[]): string {
    const taken = this.#of(forms);
    if (!taken.startsWith("!")) return taken;
    return this.#one(15) ? taken.slice(1) : this.#form(forms);
  }

  #commented(line: string): string {
    if (!this.#one(6)) return line;
    return `${this.#of(COMMENTS)}\n${line}`;
  }

  #keyword(word: string): string {
    if (this.#one(14))
      return this.#of([word.toLowerCase(), word.toUpperCase(), `${word[0]}${word.slice(1).toLowerCase()}`]);
    return this.#lower ? word.toLowerCase() : word;
  }

  #from(): string {
    const image =
      this.#one(4) && this.#stages.length > 0
        ? this.#of(this.#stages)
        : this.#form([...images, ...images, ...BASES]);
    const platform = this.#one(5) ? ` --platform=${this.#form(PLATFORMS)}` : "";
    let named = "";
    if (!this.#one(3)) {
      const name = this.#form(NAMES);
      this.#stages.push(name.toLowerCase());
      named = ` ${this.#one(4) ? this.#of(["as", "As"]) : this.#keyword("AS")} ${name}`;
    }
    return `${this.#keyword("FROM")}${platform} ${image}${named}`;
  }

  #step(): string {
    const [keyword, ...forms] = this.#of(STEPS);
    const rest = this.#form(forms)
      .replaceAll("@", () => this.#of(VARIABLES))
      .replaceAll("%", () => this.#of(["base", "build", "0", "1", ...this.#stages]));
    return `${this.#one(25) ? `${this.#keyword("ONBUILD")} ` : ""}${this.#keyword(keyword ?? "RUN")} ${rest}`;
  }
}

const DIRECTIVES = [
  "# check=skip=StageNameCasing,UndefinedVar",
  "# check=experimental=all",
  "# check=skip=all",
  "# check=skip=JSONArgsRecommended;experimental=InvalidDefinitionDescription",
  "# escape=`",
  "# escape=\\",
  "#CHECK = skip=FromAsCasing",
  "!# check=nothing",
];
const COMMENTS = [
  "# check=skip=WorkdirRelativePath,UndefinedVar",
  "# check=skip=LegacyKeyValueFormat,SecretsUsedInArgOrEnv",
  "# check=skip=StageNameCasing,FromAsCasing,ConsistentInstructionCasing",
  "# base is what the others stand on",
  "# VERSION to take",
  "# something else",
  "  # indented",
  "#",
  "",
  "# one\n\n# two",
];
const GLOBALS = [
  "ARG VERSION=24.04",
  "ARG BASE",
  "ARG IMAGE=ubuntu:${VERSION}",
  'ARG A=1 B="two"',
  "arg EMPTY=",
  "ARG TOKEN=x",
];
const BASES = [
  "scratch",
  "!ubuntu:$VERSION",
  "ubuntu:${VERSION:-24.04}",
  "${IMAGE:-debian:12}",
  "!$BASE",
  "${UNKNOWN:-alpine:3}",
  "ubuntu:${VERSOIN:-24.04}",
  "!Build",
];
const NAMES = ["base", "build", "Build", "scratch", "context", "linux-amd64", "a.b", "!b-", "TEST"];
const PLATFORMS = [
  "linux/amd64",
  "$TARGETPLATFORM",
  "$BUILDPLATFORM",
  "${TARGETPLATFORM}",
  "amd64",
  "linux/$TARGETARCH",
  "linux/arm64",
  "linux/x86_64",
  "!a b",
];
const VARIABLES = [
  "$A",
  "${B}",
  "$PATH",
  "${UNSET}",
  "${VERSION:-x}",
  "$VERSION",
  "${A:+$C}",
  "\\$A",
  "$TARGETARCH",
  "'$A'",
  '"$B"',
  "$HOME",
  "${A#x}",
  "${IMAGE/u/@}",
];
const STEPS: readonly (readonly string[])[] = [
  [
    "RUN",
    "true",
    "echo @ \\\n  && true",
    "a \\\n\n  b",
    "a \\\n# c\n\\\n  b",
    "--mount=type=cache,target=/c@ true",
    "--mount=type=bind,from=%,target=/b true",
    '["true", "@"]',
    "<<EOF\necho $X\nEOF",
    "--network=none true",
  ],
  [
    "ENV",
    "A=1",
    "A=@ B=@",
    "A @",
    "A one two",
    "TOKEN=x",
    "API_KEY=@ OTHER=1",
    'B="a b" C=it\\ is',
    "K@=1",
    "PUBLIC_KEY=1 AUTH_FILE=2 MY_AUTH=3",
    "!A",
  ],
  ["ARG", "A", "VERSION", "C=@", "PASSWORD", "A=1 D=$A", "TARGETARCH", "IMAGE", "A=$A"],
  ["LABEL", "a=@", "a b", "a=1 b=@", '"a b"="c"'],
  [
    "WORKDIR",
    "${PATH#/}",
    "${PATH#*/}x",
    "${PATH##*:}",
    "${PATH%%/b*}",
    "${PATH%:*}",
    "${PATH//\\//x}",
    "${PATH/\\/usr/y}",
    "${PATH#?}",
    "${PATH//*:/}",
    "${PATH/l*n/}",
    "/app",
    "app",
    "@/x",
    "./x",
    "C:\\x",
    "$A",
    "a b",
    '"/q"',
    "../x",
  ],
  [
    "COPY",
    "a /b",
    "a b c/",
    "@ /x",
    "data/x /d",
    "data /d",
    ". /app",
    "*.ckpt /m/",
    "!--from=% /a /b",
    "--from=ubuntu:24.04 /a /b",
    '["a @", "/b"]',
    "--chown=@ a b",
    "<<E /f\n$A ${U}\nE",
    "<<'E' /f\n$U\nE",
    "src/x.py lib/y abc /z/",
    "ax a/secret /s",
    "/data /d",
    "./data/../data/ /d",
    "--link a b",
    "!a",
  ],
  [
    "ADD",
    "a /b",
    "https://example.com/@ /x",
    "data/a.tar /d",
    "--checksum=@ https://example.com/a /x",
    "*.ckpt /x",
  ],
  ["CMD", "echo hi", '["echo", "hi"]', "exec @", "['a']", ""],
  ["ENTRYPOINT", "run me", '["run"]', '[ "a" , "b" ]'],
  ["HEALTHCHECK", "NONE", "CMD true", '--interval=5s CMD ["a"]', "--retries=2 CMD a"],
  [
    "EXPOSE",
    "80",
    "80/TCP",
    "8000-8010/udp 9/Sctp",
    "1.2.3.4:80:80",
    "80:8080",
    "!@",
    "70${UNSET}",
    "${P:-90}",
    "![::1]:80:80",
    "!99999",
    "!80/http",
    "!5-3",
  ],
  ["USER", "me", "1000:1000", "@", "${UID:-0}"],
  ["VOLUME", "/data", '["/a", "@"]', "!/a @"],
  ["STOPSIGNAL", "SIGTERM", "9", "!@"],
  ["SHELL", '["/bin/bash", "-c"]', '["sh"]'],
  ["MAINTAINER", "me", "@"],
];
