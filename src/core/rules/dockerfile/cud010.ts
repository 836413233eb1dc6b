// CUD010: models, data and whatever else lies in the folder, copied into the image.
import { leftOutBy, parseDockerignore } from "../../image/dockerignore.ts";
import { cleanPath } from "../../image/pathPattern.ts";
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

const WEIGHTS = /\.(?:safetensors|gguf|ggml|ckpt|pth?|onnx|h5|msgpack|npz|engine|plan)$/;

export const cud010: Rule = {
  id: "CUD010",
  title: "Models and data are not part of the image",
  severity: "information",
  why: "Weights make an image of many gigabytes that is built, pushed and pulled anew with every change of code. From a volume, a bucket or the model hub's cache they are loaded once.",
  source: "https://docs.docker.com/build/concepts/context/#dockerignore-files",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
COPY src /app/src
`,
  bad: `FROM python:3.12-slim
COPY «model.safetensors» /models/
`,
  *check(file) {
    const ignore = parseDockerignore(file.dockerignore ?? "");
    for (const { stage, step, instruction } of writtenSteps(file, "COPY", "ADD")) {
      if (!stage.shipped || instruction.flags.some(({ name }) => name === "from")) continue;
      for (const { word, text, certain } of step.values.slice(0, -1)) {
        if (!certain) continue;
        const path = cleanPath(text);
        if (WEIGHTS.test(text) && !/^https?:/.test(text) && !leftOutBy(ignore, path))
          yield {
            at: word,
            message:
              "These weights become part of the image: mount or download them when the container starts, so that the image stays small.",
          };
        // Only where somebody looked and found none.
        else if (path === "." && file.dockerignore === null)
          yield {
            at: word,
            message:
              "There is no .dockerignore, so everything in the folder goes into the image, data, checkpoints and .git too.",
          };
      }
    }
  },
};
