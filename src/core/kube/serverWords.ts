// What an API server says, without what it should not have said: some refusals write down a whole object, with its
// environment and all, or how it differs from another.

const DUMP = /(?:&?(?:\b[a-z]\w{0,20}\.)?\b[A-Z]\w{0,60}\{|map\[|\{")[^]*[}\]](?=: |$)/;
const DIFFERENCE = /\s*\n\s*(?:@@ |[-+] |[a-z]\w{0,20}\.[A-Z]\w*\{)[^]*$/;

export function withoutObjects(words: string): string {
  return words.replace(DIFFERENCE, "").replace(DUMP, "(not shown)");
}
