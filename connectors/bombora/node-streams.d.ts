// The few parts of Node that are used here and that workerd has (nodejs_compat); its whole types would bring Node's
// globals, which workerd does not have.

declare module "node:stream" {
  export function pipeline(
    from: AsyncIterable<Uint8Array>,
    to: import("node:zlib").Gunzip,
    done: (error: unknown) => void,
  ): unknown;
}

declare module "node:zlib" {
  export interface Gunzip extends AsyncIterable<Uint8Array> {}
  export function createGunzip(): Gunzip;
}
