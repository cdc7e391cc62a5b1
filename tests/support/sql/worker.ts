// Lets tests read D1 by an ordinary request. Reading it through the harness's `getEnv()` blocks this process until workerd
// answers, and workerd can't answer while its log is full of lines that this process is to read: both stand still.
import * as z from "zod";

const Statement = z.object({
  sql: z.string(),
  params: z.array(z.union([z.string(), z.number(), z.null()])),
});

export default {
  async fetch(request, { DB }) {
    const { sql, params } = Statement.parse(await request.json());
    const { results } = await DB.prepare(sql)
      .bind(...params)
      .all();
    return Response.json(results);
  },
} satisfies ExportedHandler<{ DB: D1Database }>;
