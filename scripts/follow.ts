// Follows signals through the pipeline until they come to rest, telling each step as it becomes known. Rule: it waits
// for what can be seen and never longer than it was told to.
import type { SignalView } from "./signal-view.ts";

const POLL_MS = 250;

export type FollowPorts = {
  /** Null while nothing is known. */
  read(signalId: string): Promise<SignalView | null>;
  onStep(signalId: string, step: SignalView["trail"][number]): void;
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
};

/** The last view of each signal that was seen at all; those not `atRest` after `timeoutMs` are as far as they came. */
export async function follow(
  signalIds: readonly string[],
  atRest: (view: SignalView) => boolean,
  timeoutMs: number,
  { read, onStep, now, sleep }: FollowPorts,
): Promise<Map<string, SignalView>> {
  const views = new Map<string, SignalView>();
  const told = new Set<string>();
  const deadline = now() + timeoutMs;
  let moving = [...signalIds];
  for (;;) {
    const seen = await Promise.all(moving.map(async (signalId) => [signalId, await read(signalId)] as const));
    for (const [signalId, view] of seen) {
      if (view === null) continue;
      views.set(signalId, view);
      for (const step of view.trail) {
        if (told.has(step.event_id)) continue;
        told.add(step.event_id);
        onStep(signalId, step);
      }
    }
    moving = moving.filter((signalId) => {
      const view = views.get(signalId);
      return view === undefined || !atRest(view);
    });
    if (moving.length === 0 || now() >= deadline) return views;
    await sleep(POLL_MS);
  }
}
