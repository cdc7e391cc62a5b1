// How the stand-in says no, and how it answers: a list of what it knows.

export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Handler = (match: string[], query: URLSearchParams, body: unknown) => unknown;

/** Method and path (`*` is one segment, handed on in `match`), and what answers. */
export type Handlers = readonly (readonly [string, Handler])[];
