// The bucket of imports: files, and the report beside each. Rule: a file is only ever streamed, at the speed at which it
// is read; a report that is not ours is none.
import type { ImportReport } from "./import-report.ts";
import { REPORT_SUFFIX, ImportReport as Report } from "./import-report.ts";

type DroppedFile = { etag: string; body: ReadableStream<Uint8Array> };

/** Everything rejects when the bucket refuses. */
export type FileStore = {
  /** Null when there is none under this key. */
  open(key: string): Promise<DroppedFile | null>;
  /** Answers its etag. */
  put(key: string, bytes: Uint8Array): Promise<string>;
  readReport(key: string): Promise<ImportReport | null>;
  writeReport(report: ImportReport): Promise<void>;
};

/** The part of the bucket that is needed. */
export type FileBucket = {
  get(key: string): Promise<{ etag: string; body: ReadableStream; text(): Promise<string> } | null>;
  put(
    key: string,
    value: Uint8Array | string,
    options?: { httpMetadata: { contentType: string } },
  ): Promise<{ etag: string }>;
};

export function createFileStore(bucket: FileBucket): FileStore {
  return {
    async open(key) {
      const object = await bucket.get(key);
      return object === null ? null : { etag: object.etag, body: object.body };
    },
    put: async (key, bytes) => (await bucket.put(key, bytes)).etag,
    async readReport(key) {
      const text = await (await bucket.get(key + REPORT_SUFFIX))?.text();
      return text === undefined ? null : (Report.safeParse(jsonOf(text)).data ?? null);
    },
    async writeReport(report) {
      const options = { httpMetadata: { contentType: "application/json" } };
      await bucket.put(report.key + REPORT_SUFFIX, JSON.stringify(report), options);
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
