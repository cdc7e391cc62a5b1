// Which channel is about which deal, as the operator wrote it. Rule: every entry must be right, because a channel that
// is silently skipped looks like one in which nobody speaks; a deal is written as every other source writes it.
import { Reference } from "#contract/envelope.ts";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { recordIdOf } from "../salesforce/record-id.ts";

/** The reference of a deal by the id of its channel. */
export type DealChannels = ReadonlyMap<string, string>;

/** A channel's id starts with C, an older private channel's with G. */
const ENTRY = /^([CG][A-Z0-9]{2,20})=(\S+)$/;

/** `text` is SLACK_DEAL_CHANNELS: `C0123=hubspot:42 C0456=salesforce:006…`, separated by spaces or commas. */
export function dealChannelsOf(text: string): { ok: true; deals: DealChannels } | { ok: false; reason: string } {
  const deals = new Map<string, string>();
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== "")) {
    const [, channel, written = ""] = ENTRY.exec(entry) ?? [];
    const deal = dealOf(written);
    if (channel === undefined || deal === null) {
      const reason = `${entry.slice(0, 60)} in SLACK_DEAL_CHANNELS is not <channel id>=<system>:<deal id>`;
      return { ok: false, reason: `${reason}; see ${CONFIGURATION_PAGE}` };
    }
    deals.set(channel, deal);
  }
  return { ok: true, deals };
}

/** An id of Salesforce in its 18 characters: people copy the 15 from the address bar. */
function dealOf(written: string): string | null {
  if (!Reference.safeParse(written).success) return null;
  const [, id] = /^salesforce:(.*)$/.exec(written) ?? [];
  if (id === undefined) return written;
  const whole = recordIdOf(id);
  return whole === null ? null : `salesforce:${whole}`;
}
