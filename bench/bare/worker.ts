// What ingest is held against: reads a body as JSON, sends it to a queue, answers. Also drops what both send.
type Bindings = { INTENT: Queue };

export default {
  async fetch(request: Request, { INTENT }: Bindings): Promise<Response> {
    await INTENT.send(await request.json());
    return new Response(null, { status: 202 });
  },
  queue(batch: MessageBatch): void {
    batch.ackAll();
  },
};
