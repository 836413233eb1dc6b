// CMP005: a token in plain sight in a Compose file.
import { variablesOf } from "../composeGpus.ts";
import type { Rule } from "../rule.ts";
import { holdsKnownSecret } from "../secrets.ts";

export const cmp005: Rule = {
  id: "CMP005",
  title: "Tokens and keys stay out of the Compose file",
  severity: "error",
  why: "Whoever can read the file or its history can read the token. Taken from the environment, an .env file outside the repository or a Compose secret, it is kept apart from the code; a token that was committed must be revoked.",
  source: "https://docs.docker.com/compose/how-tos/use-secrets/",
  appliesTo: "compose",
  secret: true,
  good: `services:
  llm:
    image: registry.example/llm:1
    environment:
      HF_TOKEN: \${HF_TOKEN}
`,
  bad: `services:
  llm:
    image: registry.example/llm:1
    environment:
      HF_TOKEN: «hf_notARealTokenButShapedLikeOne00000»
  other:
    image: registry.example/llm:1
    environment:
      - «WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567»
`,
  *check(file, text) {
    for (const service of file.services)
      for (const { name, value, at } of variablesOf(service)) {
        if (!holdsKnownSecret(name, value)) continue;
        const alone = !text.slice(at.start, at.end).includes(`${name}=`);
        const written = alone ? `\${${name}}` : `${name}=\${${name}}`;
        const quoted = /["']/.test(text[at.start] ?? "") || alone ? `"${written}"` : written;
        yield {
          at,
          message: `The secret in ${name} is written out here; take it from the environment (\${${name}}), and revoke it if this file was ever shared.`,
          fixes: [
            {
              title: `Take ${name} from the environment`,
              edits: [{ start: at.start, end: at.end, text: quoted }],
            },
          ],
        };
      }
  },
};
