// Recomputes the chain of the trail and names the first break. Pure but for the reading, which comes in. Rules: nothing is
// believed that can be recomputed; an erased step has only its digest left, and that must still fit its link.
import {
  type Anchor,
  CHAIN_START,
  type KeptStep,
  type LinkedStep,
  linkDigest,
  stepDigest,
} from "#contract/kept-step.ts";

export type ChainLink = {
  seq: number;
  at: string;
  previous: string;
  digest: string;
  signals: readonly { signal_id: string; steps: readonly KeptStep[] | null }[];
};

type Sound = { ok: true; links: number; steps: number; erased: number; anchors: number };
export type Verdict = Sound | { ok: false; where: string; what: string };

/** `links` oldest first. Stops at the first break. */
export async function verifyChain(
  links: AsyncIterable<ChainLink>,
  anchors: readonly Anchor[],
  onLink: (seq: number) => void,
): Promise<Verdict> {
  const anchored = Map.groupBy(anchors, ({ seq }) => seq);
  const sound: Sound = { ok: true, links: 0, steps: 0, erased: 0, anchors: 0 };
  let head = { seq: 0, digest: CHAIN_START };
  for await (const link of links) {
    const broken = await breakIn(link, head, sound);
    if (broken !== null) return broken;
    for (const { day, digest } of anchored.get(link.seq) ?? []) {
      if (digest !== link.digest)
        return wrong(link, `it is not the link that was anchored on ${day}: the chain was made anew`);
      sound.anchors += 1;
    }
    head = link;
    sound.links += 1;
    onLink(link.seq);
  }
  const beyond = anchors.find(({ seq }) => seq > head.seq);
  if (beyond === undefined) return sound;
  const what = `the anchor of ${beyond.day} names link ${beyond.seq}, and the chain ends before it: links were removed`;
  return { ok: false, where: `link ${head.seq}`, what };
}

async function breakIn(link: ChainLink, head: { seq: number; digest: string }, sound: Sound): Promise<Verdict | null> {
  if (link.seq !== head.seq + 1) return wrong(link, `link ${head.seq + 1} is missing`);
  if (link.previous !== head.digest) return wrong(link, `it does not name the digest of link ${head.seq}`);
  const linked: LinkedStep[] = [];
  for (const { signal_id, steps } of link.signals) {
    if (steps === null) return wrong(link, `the trail of ${signal_id} is gone or can't be read`);
    for (const step of steps) {
      const { event_id, digest } = step;
      linked.push({ signal_id, event_id, digest });
      sound.steps += 1;
      if (step.erased) sound.erased += 1;
      else if ((await stepDigest(signal_id, step)) !== digest) {
        const told = `${step.layer} ${step.step} at ${step.at} (event ${event_id})`;
        return { ok: false, where: `signal ${signal_id}, link ${link.seq}`, what: `the step ${told} was changed` };
      }
    }
  }
  if ((await linkDigest(link.previous, link.seq, linked)) === link.digest) return null;
  const ids = link.signals.map(({ signal_id }) => signal_id).join(", ");
  return wrong(link, `its steps do not give its digest: one was added, removed or made anew, of ${ids || "no signal"}`);
}

function wrong({ seq, at }: ChainLink, what: string): Verdict {
  return { ok: false, where: `link ${seq} of ${at}`, what };
}
