// The rules for Dockerfiles that hadolint has too, and ours, on the cases beside their examples.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { applyFix } from "./apply.ts";

/** What one rule finds in the profile strict. */
function found(rule: string, text: string): string[] {
  const lines = new Lines(text);
  return check({ path: "Dockerfile", text, settings: { levels: {}, profile: "strict" }, rules })
    .filter((finding) => finding.rule === rule)
    .map(({ range }) => text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end)));
}

function repaired(rule: string, text: string): string[] {
  return check({ path: "Dockerfile", text, settings: { levels: {}, profile: "strict" }, rules })
    .filter((finding) => finding.rule === rule)
    .flatMap(({ fixes }) => fixes.map((fix) => applyFix(text, fix)));
}

/** Rule, then the lines after the FROM, then what is found. */
type Case = [rule: string, lines: string, found: string[]];

const UBUNTU = "FROM ubuntu:24.04\n";
const cases: Case[] = [
  // Questions: DL3014, DL3030, DL3034, DL3038
  ["DKF001", "RUN apt-get install -qq git", []],
  ["DKF001", "RUN apt-get -yq install git", []],
  [
    "DKF001",
    "RUN apt-get install --yes git && yum install -y a && dnf -y install b && zypper -n install c",
    [],
  ],
  ["DKF001", "RUN yes | apt-get install git", []],
  ["DKF001", "RUN yum install git; dnf install git; zypper install git", ["install", "install", "install"]],
  ["DKF001", "RUN microdnf install git", []],
  ["DKF001", "RUN conda install pytorch", ["install"]],
  ["DKF001", "RUN conda env create -f environment.yml", []],
  ["DKF001", "ENV CONDA_ALWAYS_YES=1\nRUN conda install pytorch", []],
  ["DKF001", "RUN echo apt-get install git", []],
  ["DKF001", 'RUN bash -c "apt-get update && apt-get install git"', ["install"]],
  ["DKF001", "RUN <<EOF\napt-get update\napt-get install git\nEOF", ["install"]],
  ["DKF001", "RUN python3 <<EOF\napt-get install git\nEOF", []],
  ["DKF001", 'RUN ["apt-get", "install", "git"]', ["install"]],
  // Versions: DL3008 and its kind, with what is known to be falsely found by others
  ["DKF002", "RUN apt-get install -y git=1:2.43.* curl/stable ./a.deb /tmp/b.deb", []],
  ["DKF002", 'ARG GIT=git=1\nRUN apt-get install -y $GIT ${GIT} "$GIT"', []],
  ["DKF002", "RUN apt-get install -y -t stable -o A=b git", ["git"]],
  ["DKF002", "RUN apt-get install -y \\\n    git=1 \\\n    # a comment\n    curl \\\n    wget", ["curl"]],
  ["DKF002", "RUN apk add --virtual .build gcc", ["gcc"]],
  ["DKF002", "RUN apk add --virtual .build 'gcc~=13' 'musl>1' make=4", []],
  ["DKF002", "RUN dnf install -y gcc-13.2 @development a.rpm https://example.com/b", []],
  ["DKF002", "RUN apt-get remove git", []],
  ["DKF003", "RUN pip install -r requirements.txt -c constraints.txt", []],
  ["DKF003", "RUN pip install -r requirements.txt", []],
  ["DKF003", "RUN pip install . -e .[dev] ./a a.whl git+https://x@1 'a @ https://x'", []],
  ["DKF003", "RUN pip install 'torch==2.14' 'numpy>=2' 'a[b]~=1' \"c<3\"", []],
  ["DKF003", "RUN pip install --upgrade pip setuptools wheel", []],
  ["DKF003", "RUN pip install --index-url https://x -i y torch", ["torch"]],
  ["DKF003", "RUN python3 -m pip install --no-cache-dir torch[a]", ["torch[a]"]],
  ["DKF003", "RUN pip install $PACKAGES", []],
  ["DKF003", "RUN uv pip install --system torch && uv sync && uv add x", ["torch"]],
  ["DKF003", "RUN npm install && npm ci && npm install -g a@1 @b/c@2 ./d", []],
  ["DKF003", "RUN npm install -g @b/c", ["@b/c"]],
  ["DKF003", "RUN gem install a:1 && gem install b -v 2 && go install x.y/z@v1 && go install ./cmd", []],
  ["DKF003", "RUN gem install a && go install x.y/z", ["a", "x.y/z"]],
  // What is left: DL3009 and its kind
  ["DKF004", "RUN --mount=type=cache,target=/var/lib/apt apt-get install -y git", []],
  ["DKF004", "RUN apt-get install -y git \\\n && rm -rf /var/lib/apt/lists/*", []],
  ["DKF004", "RUN apk add --no-cache git && dnf install -y a && dnf clean all", []],
  ["DKF004", "RUN yum install -y a", ["install"]],
  // Base images: DL3006, DL3007
  ["DKF006", "FROM debian", ["debian"]],
  ["DKF006", "FROM debian@sha256:0123456789012345678901234567890123456789012345678901234567890123", []],
  ["DKF006", "FROM scratch", []],
  ["DKF006", "FROM registry.example:5000/a", ["registry.example:5000/a"]],
  // Users
  ["DKF007", "USER root\nUSER 1000", []],
  ["DKF007", "USER 1000\nUSER 0:0", ["0:0"]],
  ["DKF027", "USER app", ["app"]],
  ["DKF027", "USER $UID", []],
  // sudo: DL3004
  ["DKF009", "RUN apt-get install -y sudo && sudo apt-get update", ["sudo"]],
  ["DKF009", "USER me\nRUN sudo apt-get update", []],
  ["DKF009", "RUN echo sudo", []],
  // Sources and destinations
  ["DKF012", "COPY a.tar.gz /x/\nRUN ls /x/a.tar.gz", []],
  ["DKF014", "ADD a.tar.gz /x/\nADD https://example.com/a /x\nADD --checksum=sha256:1 b /c\nADD $X /y", []],
  [
    "DKF015",
    "COPY a.py b.py .\nCOPY a.py b.py /tmp\nCOPY src tests /app\nCOPY a.py /b\nCOPY a.py b.py /c/",
    [],
  ],
  ["DKF015", "WORKDIR /app\nCOPY a.py b.py /app", []],
  ["DKF015", "COPY a.py b.py /app", ["/app"]],
  ["DKF019", "COPY a b/", ["b/"]],
  ["DKF019", "COPY a $B\nCOPY a /b\nWORKDIR /x\nCOPY a b", []],
  // ENV of itself: DL3044
  ["DKF018", "ENV A=1\nENV A=2 B=$A", ["$A"]],
  ["DKF018", "ENV PATH=/a:$PATH B=1", []],
  ["DKF018", "ENV A=1 B='$A' C=\\$A", []],
  // useradd: DL3046
  [
    "DKF020",
    "RUN useradd --uid=1000000 a; useradd -lu 1000000 b; useradd -u 1000 c; useradd -mu 1000000 d",
    ["useradd", "useradd"],
  ],
  // wget: DL3047
  ["DKF021", "RUN wget -q a && wget -nv b && wget -qO- c && wget --progress=dot d", []],
  // Labels: DL3048
  ["DKF022", "LABEL a.b-c=1 com.docker.x=2 A=3 $X=4", ["com.docker.x", "A"]],
  // RUN after RUN: DL3059
  ["DKF023", "RUN a\nRUN --mount=type=cache,target=/x b\nRUN c\nUSER x\nRUN d", []],
  // Pipes: DL4006
  ["DKF026", "RUN set -o pipefail && a | b", []],
  ["DKF026", "RUN set -euxo pipefail; a | b", []],
  ["DKF026", 'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a | b', []],
  ["DKF026", "RUN a || b && echo x | c", []],
  ["DKF026", "RUN a | b | c", ["a"]],
  // What dash does not know
  ["DKF029", "RUN [[ -f a ]] && x=(1 2) && cat <<< a &> b", ["[[", "(", "<<<", "&>"]],
  ["DKF029", 'SHELL ["/bin/bash", "-c"]\nRUN source a && [[ -f b ]]', []],
  ["DKF029", "RUN bash -c 'source a && [[ -f b ]]'", []],
  ["DKF029", 'RUN ["bash", "-c", "source a"]', []],
  ["DKF029", "RUN <<EOF\n#!/bin/bash\nsource a\nEOF", []],
  ["DKF029", "RUN bash <<EOF\nsource a\nEOF", []],
  ["DKF029", "RUN <<EOF\nsource a\nEOF", ["source"]],
  ["DKF029", "RUN echo 'source a' >> ~/.bashrc && echo \"[[\" '<(x)'", []],
  ["DKF029", "RUN [ a = b ] && . a && (b) > c 2>&1", []],
  // Quotes: SC2086, SC2046
  ["DKF030", 'RUN a "$B" "x${C}" $(d "$E") $? $((1+2)) F=$G', ['$(d "$E")', "$G"]],
  ["DKF030", "RUN F=$G a x$B", ["$B"]],
  ["DKF031", "RUN set -e; cd a; b", []],
  ["DKF031", "RUN cd a || exit 1; b", []],
  // What a RUN sets
  ["DKF033", "RUN cd /a && make", []],
  ["DKF033", "RUN cd /a", ["cd /a"]],
  ["DKF033", "RUN python -m venv /v && . /v/bin/activate", [". /v/bin/activate"]],
  ["DKF033", "RUN export A=1 && make", []],
  ["DKF033", "RUN echo 'export A=1' >> ~/.bashrc", []],
  ["DKF033", "RUN (cd /a)", []],
  ["DKF033", "RUN if true; then export A=1; fi", []],
  // apt-get update alone
  ["DKF034", "RUN apt-get update && apt-get upgrade -y\nRUN apt-get install -y a", []],
  ["DKF034", "RUN apt-get update\nRUN apt-get update && apt-get install -y a", []],
  ["DKF034", "RUN apt-get update\nRUN echo a\nRUN apt-get install -y a", ["apt-get update"]],
  // conda activate
  ["DKF036", "RUN . /opt/conda/etc/profile.d/conda.sh && conda activate a && b", []],
  ["DKF036", 'RUN eval "$(conda shell.bash hook)" && conda activate a', []],
  ["DKF036", 'SHELL ["/bin/bash", "--login", "-c"]\nRUN conda activate a && b', []],
  ["DKF036", "RUN conda activate a && b", ["conda activate"]],
  ["DKF036", "RUN echo conda activate a >> ~/.bashrc", []],
];

describe("rules for Dockerfiles", () => {
  for (const [rule, lines, expected] of cases)
    it(`${rule}: ${JSON.stringify(lines)}`, () => {
      assert.deepEqual(found(rule, `${lines.startsWith("FROM") ? "" : UBUNTU}${lines}\n`), expected);
    });

  it("do not look at shells they cannot read", () => {
    for (const text of [
      'FROM a:1\nSHELL ["powershell", "-Command"]\nRUN apt-get install git; cd x; source y\n',
      "FROM mcr.microsoft.com/windows/servercore:1\nRUN apt-get install git\n",
      "# escape=`\nFROM a:1\nRUN apt-get install git\n",
    ])
      assert.deepEqual(found("DKF001", text), [], text);
  });

  it("know which ARGs a RUN sees", () => {
    const run = (line: string, more = "") =>
      found("DKF035", `ARG V=1\nFROM ubuntu:24.04\n${more}RUN ${line}\n`);
    assert.deepEqual(run("a $V"), ["$V"]);
    assert.deepEqual(run("a \"x-${V}\" '$V'"), ["${V}"]);
    assert.deepEqual(run("a $V", "ARG V\n"), []);
    assert.deepEqual(run("a $V", "ENV V=2\n"), []);
    assert.deepEqual(run("V=3; a $V"), []);
    assert.deepEqual(run("for V in 1 2; do a $V; done"), []);
    assert.deepEqual(run("a ${V:-2}"), []);
    assert.deepEqual(found("DKF035", "ARG V=1\nFROM ubuntu:24.04 AS a\nARG V\nFROM a\nRUN b $V\n"), []);
  });
});

describe("fixes of rules for Dockerfiles", () => {
  const fixes: [rule: string, before: string, after: string[]][] = [
    ["DKF001", "RUN apt-get install git", ["RUN apt-get install -y git"]],
    [
      "DKF004",
      "RUN apt-get install -y \\\n  git",
      ["RUN apt-get install -y \\\n  git && rm -rf /var/lib/apt/lists/*"],
    ],
    ["DKF004", "RUN apk add git", ["RUN apk add --no-cache git"]],
    ["DKF004", "RUN if true; then apt-get install -y git; fi", []],
    ["DKF009", "RUN sudo -E apt-get update", []],
    ["DKF009", "RUN sudo apt-get update", ["RUN apt-get update"]],
    ["DKF015", "COPY a.py b.py /app", ["COPY a.py b.py /app/"]],
    ["DKF029", "RUN source a", ["RUN . a", 'SHELL ["/bin/bash", "-c"]\nRUN source a']],
    ["DKF030", "RUN a $B", ['RUN a "$B"']],
    ["DKF033", "RUN export A=/b:/c", ["ENV A=/b:/c"]],
    ["DKF033", "run cd /app", ["workdir /app"]],
    ["DKF033", "RUN export A=$(b)", []],
    ["DKF035", "RUN a $V", ["ARG V\nRUN a $V"]],
  ];
  for (const [rule, before, after] of fixes)
    it(`${rule}: ${JSON.stringify(before)}`, () => {
      const head = rule === "DKF035" ? `ARG V=1\n${UBUNTU}` : UBUNTU;
      assert.deepEqual(
        repaired(rule, `${head}${before}\n`),
        after.map((text) => `${head}${text}\n`),
      );
    });
});
