// A limit for a platform call that has none of its own. Rule: for calls that an answer to a sender waits for and can do
// without; the call goes on, only nobody waits for it.

/** What `work` gives, or a rejection once `limitMs` have passed. */
export function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
