// The environment of a local run: sandbox/local.env, as it is or with another port or time to live. Rule: nothing else
// in it changes, so that what runs on another port is what is documented.

/** The port in sandbox/local.env. */
export const DEFAULT_PORT = 8787;

export type LocalEnvChanges = { port: number; approvalTtlSeconds: number | null };

/** The text of the env file with every `localhost:8787` on the given port, and the approval's time to live if given. */
export function rewriteLocalEnv(text: string, { port, approvalTtlSeconds }: LocalEnvChanges): string {
  const moved = text.replaceAll(new RegExp(`\\blocalhost:${DEFAULT_PORT}\\b`, "g"), `localhost:${port}`);
  if (approvalTtlSeconds === null) return moved;
  const line = `APPROVAL_TTL_SECONDS=${approvalTtlSeconds}`;
  return /^APPROVAL_TTL_SECONDS=/m.test(moved)
    ? moved.replace(/^APPROVAL_TTL_SECONDS=.*$/m, line)
    : `${moved.trimEnd()}\n${line}\n`;
}
