// Runs `npm run verify-trail` against the pipeline of a test, as a person would.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What it says, and its exit code. `origin` is where the front door is. */
export async function verifyTrail(origin: string): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await run(process.execPath, ["scripts/verify-trail.ts", "--url", origin]);
    return { code: 0, said: stdout };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "stderr" in error)) throw error;
    return { code: Number(error.code), said: String(error.stderr) };
  }
}
