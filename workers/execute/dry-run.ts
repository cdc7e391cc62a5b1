// A rehearsal: everything up to the effect is real, and the request that would make it is held back and named. Rule:
// only what surely reads goes out; whatever else an adapter sends counts as the effect.
import { place } from "./recorded-calls.ts";

/** Logins and reads that go by POST. */
const READING_POSTS = /\/(token|search|batch\/read|conversations\.(open|history|replies))$/;

/** Whether `type` is only rehearsed; `setting` is DRY_RUN: `true`, or types separated by spaces or commas. */
export function isDry(setting: string, type: string): boolean {
  const words = setting.toLowerCase().split(/[\s,]+/);
  return words.includes("true") || words.includes(type);
}

export type DryFetch = {
  fetch: typeof fetch;
  /** `POST api.hubapi.com/crm/objects/…`, or null when nothing was held back. */
  held(): string | null;
};

export function dryFetch(inner: typeof fetch): DryFetch {
  let held: string | null = null;
  return {
    held: () => held,
    fetch: (input, init) => {
      const request = input instanceof Request ? input : null;
      const method = init?.method ?? request?.method ?? "GET";
      const { host, pathname } = new URL(request?.url ?? String(input));
      if (method === "GET" || method === "HEAD" || (method === "POST" && READING_POSTS.test(pathname))) {
        return inner(input, init);
      }
      held ??= `${method} ${place(host, pathname)}`;
      return Promise.reject(new Error("held back: this is a dry run"));
    },
  };
}
