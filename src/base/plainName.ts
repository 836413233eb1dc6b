// Foreign names made safe to read: cut, and without the characters that turn or hide what stands around them.

// Control characters are what is looked for here.
/* oxlint-disable no-control-regex */
const turning = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
/* oxlint-enable no-control-regex */

/** At most `most` characters; what is cut away shows as an ellipsis, what is hidden as a replacement character. */
export function plainName(text: string, most = 253): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut.replace(turning, "\ufffd");
}
