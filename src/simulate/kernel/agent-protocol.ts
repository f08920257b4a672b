/** What the program asks of the process that it keeps in each namespace, one JSON text a line; the answer bears the same `id`. */
export type Request =
  | { readonly do: "run"; readonly name: string; readonly args: readonly string[]; readonly input: string }
  /** Files below /proc/sys, which are those of the namespace. */
  | { readonly do: "write"; readonly files: readonly (readonly [path: string, value: string])[] }
  /** From now on answer on these ports, of these addresses. */
  | { readonly do: "serve"; readonly addresses: readonly string[]; readonly ports: readonly number[] }
  /** Starts tcpdump, which writes to this file descriptor. */
  | { readonly do: "capture"; readonly to: number; readonly args: readonly string[] }
  | { readonly do: "try"; readonly attempts: readonly NumberedAttempt[]; readonly wait: number }
  | { readonly do: "mark-end"; readonly to: string; readonly text: string };

export interface NumberedAttempt {
  /** Milliseconds after the first one. */
  readonly after: number;
  readonly n: number;
  readonly source?: string;
  readonly sport: number;
  readonly to: string;
  readonly port: number;
  readonly proto: "tcp" | "udp";
}

export interface RunResult {
  readonly ok: boolean;
  readonly out: string;
  readonly err: string;
}

/** How it looks to the socket. `error`: a code as ECONNREFUSED; undefined where nothing came in time. */
export interface Tried {
  readonly n: number;
  readonly connected: boolean;
  readonly error?: string;
  /** Source address of the socket. */
  readonly source?: string;
}

export interface Answers {
  run: RunResult;
  write: readonly string[];
  serve: readonly string[];
  capture: null;
  try: readonly Tried[];
  "mark-end": null;
}

export type Message = Request & { readonly id: number };
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly failed?: string;
}

/** Text of a UDP packet that asks, and of the one that answers. */
export const datagram = (n: number, kind: "q" | "r"): string => `natlens ${n} ${kind}`;
export const isDatagram = /natlens (\d+) ([qr])/;
/** Packets to this port end the recording of one round; they go no further. */
export const endPort = 9;
