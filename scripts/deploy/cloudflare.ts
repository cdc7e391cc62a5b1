// The part of Cloudflare's API that deploying needs and wrangler has no command for, or none that answers in a form to
// rely on. Rule: what comes back is parsed, and a refusal keeps the code and the words of the API.
// https://developers.cloudflare.com/api/
import * as z from "zod";

const Answer = z.object({
  success: z.boolean(),
  result: z.unknown(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result_info: z.looseObject({ page: z.number(), total_pages: z.number() }).partial().nullish(),
});

/** The API said no. */
export class Refused extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type Cloudflare = {
  accountId: string;
  /** `path` begins after `/accounts/<id>` unless it begins with `//`, which is the root of the API. */
  call<T>(method: Method, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  /** All pages. */
  list<T>(path: string, item: z.ZodType<T>): Promise<T[]>;
  /** Null where the API answers 404. */
  find<T>(path: string, schema: z.ZodType<T>): Promise<T | null>;
};

/** What a token has to be allowed; docs/deploying.md says the same. */
export const TOKEN_PERMISSIONS =
  "Workers Scripts, Workers Routes (of the zone), Queues, D1, Workers R2 Storage: Edit; Zone, Account Settings: Read";

const API_URL = "https://api.cloudflare.com/client/v4";
const TIMEOUT_MS = 30_000;
const PAGE_SIZE = 100;

export type Access = { baseUrl?: string | undefined; token: string; accountId: string };

export function createCloudflare({ baseUrl = API_URL, token, accountId }: Access, fetcher: typeof fetch): Cloudflare {
  async function request(method: Method, path: string, body?: unknown): Promise<z.infer<typeof Answer>> {
    const url = path.startsWith("//") ? baseUrl + path.slice(1) : `${baseUrl}/accounts/${accountId}${path}`;
    const response = await fetcher(url, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = Answer.safeParse(await response.json().catch(() => null));
    if (!answer.success) throw new Refused(response.status, 0, `${method} ${path} answered ${response.status}`);
    if (!response.ok || !answer.data.success) {
      const { code, message } = answer.data.errors[0] ?? { code: 0, message: `status ${response.status}` };
      const refused = `${message} [${code}] (${method} ${path})`;
      const isForbidden = response.status === 401 || response.status === 403;
      const hint = `\nThe login may have expired, or may not do this. A token needs ${TOKEN_PERMISSIONS}.`;
      throw new Refused(response.status, code, isForbidden ? refused + hint : refused);
    }
    return answer.data;
  }
  return {
    accountId,
    call: async (method, path, schema, body) => schema.parse((await request(method, path, body)).result),
    async list(path, item) {
      const items: z.infer<typeof item>[] = [];
      for (let page = 1, pages = 1; page <= pages; page += 1) {
        const query = `${path.includes("?") ? "&" : "?"}page=${page}&per_page=${PAGE_SIZE}`;
        const { result, result_info } = await request("GET", path + query);
        items.push(...z.array(item).parse(result ?? []));
        pages = result_info?.total_pages ?? 1;
      }
      return items;
    },
    async find(path, schema) {
      try {
        return schema.parse((await request("GET", path)).result);
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
      }
    },
  };
}
