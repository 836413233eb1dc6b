// Foreign text made safe for a terminal: colours pass; what moves the cursor, sets titles or talks back does not.

// Control characters are what is looked for here.
/* oxlint-disable no-control-regex */
const cursorAndModes = /\x1b\[(?![0-9;]*m)[0-?]*[ -/]*[@-~]/g;
const strings = /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?/g;
const otherEscapes = /\x1b(?!\[)[ -~]?/g;
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\x80-\x9f]/g;
/* oxlint-enable no-control-regex */

/** Keeps tabs, line ends and SGR (colour) sequences; everything else that a terminal would obey is dropped. */
export function harmlessTerminalText(text: string): string {
  return text
    .replace(cursorAndModes, "")
    .replace(strings, "")
    .replace(otherEscapes, "")
    .replace(controls, "");
}
