// A surge report of any length, gzip, written as a stream. Rule: the same number of rows is the same file.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** Rows of the "All Domains All Topics" feed; the multiplier is prime, so that few repeat. */
export async function writeSurgeFile(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(chunks(rows)), createGzip({ level: 1 }), createWriteStream(path));
}

/** A thousand rows at a time. */
function* chunks(rows: number): Generator<string> {
  for (let from = 0; from < rows; from += 1_000) {
    yield Array.from({ length: Math.min(1_000, rows - from) }, (_, n) => line(from + n)).join("");
  }
}

function line(n: number): string {
  const company = (n * 7919) % 1_299_709;
  const firm = `"Company ${company}, Inc.",company-${company}.com,51-200 employees,software`;
  return `${firm},cat,topic ${n % 5_000},${n % 101},3131,austin,${n % 97},2132,United States\r\n`;
}
