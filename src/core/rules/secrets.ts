// Secrets in plain sight: the names that they go by, how they look, and what only stands in for one.

/** Variables that the tools of the trade read their tokens and keys from. */
const SECRET_NAMES = new Set([
  "HF_TOKEN",
  "HUGGING_FACE_HUB_TOKEN",
  "HUGGINGFACE_HUB_TOKEN",
  "HUGGINGFACE_TOKEN",
  "HF_API_TOKEN",
  "NGC_API_KEY",
  "NVIDIA_API_KEY",
  "WANDB_API_KEY",
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "COHERE_API_KEY",
  "MISTRAL_API_KEY",
  "COMET_API_KEY",
  "NEPTUNE_API_TOKEN",
  "VLLM_API_KEY",
  "KAGGLE_KEY",
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AZURE_CLIENT_SECRET",
  "AZURE_STORAGE_KEY",
  "AZURE_STORAGE_CONNECTION_STRING",
  "AZURE_OPENAI_API_KEY",
  "MINIO_ROOT_PASSWORD",
  "MINIO_SECRET_KEY",
  "S3_SECRET_KEY",
  "MLFLOW_TRACKING_PASSWORD",
  "JUPYTER_TOKEN",
]);

/** How tokens look, whatever the variable is called. */
const SECRET_SHAPES =
  /^(?:hf_[A-Za-z0-9]{30,}|nvapi-[\w-]{40,}|sk-(?:proj-|ant-)?[\w-]{32,}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,}|AKIA[A-Z0-9]{16}|glpat-[\w-]{20,}|xox[bp]-[\w-]{20,})$/;

/** Written by people who mean "put yours here". */
const PLACEHOLDER =
  /^$|^\$\w|\$[({]|^[<{%@]|\.\.\.|^x+$|^\*+$|change-?me|replace|your|example|placeholder|dummy|^none$|^empty$|^todo$/i;

/** True for a variable that is known to hold a token or key, or a value shaped like one; not for placeholders. */
export function holdsKnownSecret(name: string, value: string): boolean {
  return !PLACEHOLDER.test(value) && (SECRET_NAMES.has(name) || SECRET_SHAPES.test(value));
}

/** Names that say of themselves that a secret is in them; those of files, paths and names of secrets do not. */
const SECRET_WORDS =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|API_?KEY|ACCESS_KEY|PRIVATE_KEY|AUTH_TOKEN|ACCESS_TOKEN|API_TOKEN)$/i;

/** True where a name says that a secret is in it, and the value is no placeholder, path, address or number. */
export function namesSecret(name: string, value: string): boolean {
  if (!SECRET_WORDS.test(name) || PLACEHOLDER.test(value)) return false;
  return (
    value.length >= 4 &&
    !/^(?:\/|\.{1,2}\/|\w+:\/\/|(?:true|false|yes|no|null|disabled?|enabled?)$|\d{1,5}$)/i.test(value)
  );
}
