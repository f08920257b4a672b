/** What the columns of a real server's line say; the header over them names them. */
export interface Columns {
  /** What prints them, for messages. */
  readonly of: "list" | "stats" | "rate" | "thresholds" | "persistent-conn" | "tun-info";
  /** Forward, Weight and tunnel among the words behind the address; undefined: not printed. */
  readonly forward?: number;
  readonly weight?: number;
  readonly tunnel?: number;
}

const list: Columns = { of: "list", forward: 0, weight: 1 };
const headers: readonly (readonly [RegExp, Columns])[] = [
  // ipvsadm -Ln, and /proc/net/ip_vs
  [/^\s*-> RemoteAddress:Port\s+Forward\s+Weight\s+ActiveConn\s+InActConn/, list],
  [
    /^\s*-> RemoteAddress:Port\s+Forward\s+TunnelInfo\s+Weight\s+ActiveConn/,
    { of: "tun-info", forward: 0, tunnel: 1, weight: 2 },
  ],
  [/^Prot LocalAddress:Port\s+Weight\s+PersistConn\s+ActiveConn/, { of: "persistent-conn", weight: 0 }],
  [/^Prot LocalAddress:Port\s+Uthreshold\s+Lthreshold/, { of: "thresholds" }],
  [/^Prot LocalAddress:Port\s+Conns\s+InPkts/, { of: "stats" }],
  [/^Prot LocalAddress:Port\s+CPS\s+InPPS/, { of: "rate" }],
];

/** Columns below a header line; undefined: it does not say. */
export const columnsUnder = (line: string): Columns | undefined => headers.find(([pattern]) => pattern.test(line))?.[1];

/** Of a listing whose header was not pasted, the shape of the first real server's line tells. */
export function columnsOf(words: readonly string[]): Columns | undefined {
  const [first = "", second = ""] = words;
  if (/^(?:Masq|Local|Tunnel|Route)$/.test(first))
    return /^\d+$/.test(second) ? list : { of: "tun-info", forward: 0, tunnel: 1, weight: 2 };
  return words.length === 5 && words.every((w) => /^\d+[KMGT]?$/.test(w)) ? { of: "stats" } : undefined;
}
