// What runs in a container when files are copied to or from it. Names are arguments, never part of a script.

/** A path in a container, taken apart: what to copy, and the folder that holds it. */
export interface PodPath {
  parent: string;
  name: string;
}

/** Undefined for a path that names nothing that could be copied, as `/` or `..`. */
export function podPath(path: string): PodPath | undefined {
  if (path.includes("\0")) return undefined;
  const bare = path.replace(/\/+$/, "");
  const slash = bare.lastIndexOf("/");
  const name = bare.slice(slash + 1);
  if (name === "" || name === "." || name === "..") return undefined;
  return { parent: slash === -1 ? "." : bare.slice(0, slash) || "/", name };
}

/** `/work/model`, of a folder and a name in it. */
export function joinPath(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, "")}/${name}`;
}

/** Exit code of `packing` where there is no tar. */
export const noTarCode = 127;

/**
 * Sends what is there as an archive, below its name, and `mark` after it. The command ends only when it is sent a
 * line: what a command said last may be lost where it ends while that is on its way.
 */
export function packing({ parent, name }: PodPath, mark: string): string[] {
  return script(
    `command -v tar >/dev/null 2>&1 || exit ${noTarCode}
tar cf - -C "$1" "./$2"
code=$?
printf %s "$3"
read -r line
exit $code`,
    parent,
    name,
    mark,
  );
}

/** The same where there is no shell. */
export function packingAlone({ parent, name }: PodPath): string[] {
  return ["tar", "cf", "-", "-C", parent, `./${name}`];
}

/** Sends the bytes of one file where there is no tar, and `mark` after them, as `packing`. */
export function reading({ parent, name }: PodPath, mark: string): string[] {
  return script(
    `cat "$1"
code=$?
printf %s "$2"
read -r line
exit $code`,
    joinPath(parent, name),
    mark,
  );
}

/** The same where there is no shell. */
export function readingAlone({ parent, name }: PodPath): string[] {
  return ["cat", joinPath(parent, name)];
}

/** Says a word a line: `folder` when there is one, `tar`, and what already stands in it under the name. */
export function looking(folder: string, name: string): string[] {
  return script(
    `[ -d "$1" ] || exit 0
echo folder
[ -w "$1" ] && echo writable
command -v tar >/dev/null 2>&1 && echo tar
if [ -d "$1/$2" ] && [ ! -L "$1/$2" ]; then echo isFolder; elif [ -e "$1/$2" ] || [ -L "$1/$2" ]; then echo isFile; fi
exit 0`,
    folder,
    name,
  );
}

/** Where an upload grows, in the folder it is for; `content` in it is the thing itself. */
export function unpacking(folder: string, temporary: string): string[] {
  return script(`mkdir "$1/$2" && exec tar xf - -C "$1/$2"`, folder, temporary);
}

/** As `unpacking`, for one file where there is no tar; says how many bytes arrived. */
export function writing(folder: string, temporary: string): string[] {
  return script(`mkdir "$1/$2" && cat > "$1/$2/content" && wc -c < "$1/$2/content"`, folder, temporary);
}

/** Exit code of `keeping` for a name that is taken. */
export const takenCode = 17;

/** Gives an upload its name. What stood there before is put back if that fails. */
export function keeping(folder: string, temporary: string, name: string, replace: boolean): string[] {
  return script(
    `cd "$1" || exit 1
if [ -e "./$3" ] || [ -L "./$3" ]; then
  [ "$4" = replace ] || exit ${takenCode}
  mv "./$3" "./$2/before" || exit 1
fi
if ! mv "./$2/content" "./$3"; then
  if [ -e "./$2/before" ] || [ -L "./$2/before" ]; then mv "./$2/before" "./$3"; fi
  exit 1
fi
rm -rf "./$2"
exit 0`,
    folder,
    temporary,
    name,
    replace ? "replace" : "keep",
  );
}

/**
 * Takes away what an upload left that came to nothing. What unpacks it may need a moment to see that it has ended, or even
 * to begin: it counts as gone when it is not there a second later either.
 */
export function discarding(folder: string, temporary: string): string[] {
  return script(
    `gone=0; for turn in 1 2 3 4 5 6 7; do if [ -e "$1/$2" ]; then rm -rf "$1/$2"; gone=0; else gone=$((gone + 1)); fi; [ $gone -lt 2 ] || exit 0; sleep 1; done`,
    folder,
    temporary,
  );
}

function script(text: string, ...args: string[]): string[] {
  return ["sh", "-c", text, "sh", ...args];
}

/** As runc and crun say that an image does not have a program. */
export function lacksProgram(why: string): boolean {
  return /executable file not found|no such file or directory/i.test(why);
}
