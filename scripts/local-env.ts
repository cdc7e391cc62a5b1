// The environment of a local run: sandbox/local.env, as it is or with another port or time to live. Rule: nothing else
// in it changes, so that what runs on another port is what is documented; but a time to live means rules alone.

/** The port in sandbox/local.env. */
export const DEFAULT_PORT = 8787;

export type LocalEnvChanges = { port: number; approvalTtlSeconds: number | null };

/** The text of the env file with every `localhost:8787` on the given port, and the approval's time to live if given. */
export function rewriteLocalEnv(text: string, { port, approvalTtlSeconds }: LocalEnvChanges): string {
  const moved = text.replaceAll(new RegExp(`\\blocalhost:${DEFAULT_PORT}\\b`, "g"), `localhost:${port}`);
  if (approvalTtlSeconds === null) return moved;
  const line = `APPROVAL_TTL_SECONDS=${approvalTtlSeconds}`;
  // A time to live is given to see an unattended run, and what a model worded never runs unattended.
  const ruled = moved.replace(/^LLM_PROVIDER=.*$/m, "LLM_PROVIDER=none");
  return /^APPROVAL_TTL_SECONDS=/m.test(ruled)
    ? ruled.replace(/^APPROVAL_TTL_SECONDS=.*$/m, line)
    : `${ruled.trimEnd()}\n${line}\n`;
}
