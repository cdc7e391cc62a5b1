// The surroundings of ingest while its memory is measured. Rule: `/gunzip` and `/copy` read and decompress as ingest does
// and parse nothing, so that what is measured is the difference.
import { gunzip } from "#connectors/bombora/gunzip.ts";
import { peek } from "#connectors/bombora/peek.ts";
import { PACK_BYTES } from "#contract/queues.ts";

/** As many packs as ingest sends in one call. */
const MESSAGES_A_SEND = 4;

type Bindings = { INGEST: Fetcher; INTENT: Queue };

export default {
  async fetch(request: Request, { INGEST, INTENT }: Bindings): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/gunzip" && pathname !== "/copy") return INGEST.fetch(request);
    const { stream } = await peek(request.body ?? new Blob([]).stream(), 65_536);
    const decoder = new TextDecoder();
    let bytes = 0;
    let text = "";
    for await (const piece of gunzip(stream)) {
      bytes += piece.byteLength;
      if (pathname === "/gunzip") continue;
      text += decoder.decode(piece, { stream: true });
      if (text.length < PACK_BYTES * MESSAGES_A_SEND) continue;
      const starts = Array.from({ length: MESSAGES_A_SEND }, (_, index) => index * PACK_BYTES);
      await INTENT.sendBatch(
        starts.map((at) => ({ body: text.slice(at, at + PACK_BYTES), contentType: "text" as const })),
      );
      text = text.slice(PACK_BYTES * MESSAGES_A_SEND);
    }
    return Response.json({ bytes });
  },
  queue(batch: MessageBatch): void {
    batch.ackAll();
  },
};
