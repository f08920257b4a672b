import { type Ip, parseIp } from "../../model/net/ip.ts";
import { protocolName } from "../../model/net/protocol.ts";
import type { Connection, ObservedTuple } from "../../model/node/observation.ts";

export type ReadConnection = Omit<Connection, "at">;

/** `[1795376372.808236]⇥    [NEW] ipv4     2 tcp      6 120 SYN_SENT ` before the first tuple. */
const head =
  /^\s*(?:\[([\d.]+)\]\s+)?(?:\[(NEW|UPDATE|DESTROY)\]\s+)?(?:ipv[46]\s+\d+\s+)?([a-z][a-z0-9-]*)\s+(\d{1,3})\s+(?:(\d+)\s+)?(?:([A-Z][A-Z_0-9]*)\s+)?(?:timeout=\d+, stream_timeout=\d+ )?(?=src=)/;
/** Keys that say nothing of where packets go. */
const inert = new Set([
  "packets",
  "bytes",
  "use",
  "id",
  "delta-time",
  "start",
  "stop",
  "secctx",
  "secmark",
  "labels",
  "srckey",
  "dstkey",
]);
const events = { NEW: "new", UPDATE: "update", DESTROY: "destroy" } as const;

interface Draft {
  src?: Ip;
  dst?: Ip;
  sport: number;
  dport: number;
}
const tupleOf = ({ src, dst, sport, dport }: Draft): ObservedTuple | undefined =>
  src === undefined || dst === undefined ? undefined : { src, dst, sport, dport };

/** A line of `conntrack -L`, `conntrack -E` or /proc/net/nf_conntrack. Keys stand twice: original, then reply. */
export function readConnection(text: string): ReadConnection | undefined {
  const found = head.exec(text);
  if (!found) return undefined;
  const [all, stamp, event, name = "", number = "", timeout, state] = found;
  const tuples: Draft[] = [];
  const more: string[] = [];
  const icmp = { type: -1, code: -1, id: -1 };
  let assured = false;
  let unreplied = false;
  let mark: number | undefined;
  let zone: number | undefined;
  let helper: string | undefined;
  for (const word of text.slice(all.length).match(/\[[^\]]*\]|\S+/g) ?? []) {
    const cut = word.indexOf("=");
    const key = word.startsWith("[") ? word.slice(1, cut === -1 ? -1 : cut) : word.slice(0, Math.max(0, cut));
    const value = cut === -1 ? "" : word.slice(cut + 1);
    const last = tuples[tuples.length - 1];
    if (key === "src") tuples.push({ sport: 0, dport: 0, ...address("src", value) });
    else if (key === "dst" && last) Object.assign(last, address("dst", value));
    else if ((key === "sport" || key === "dport") && last) last[key] = Number(value);
    else if (key === "type" || key === "code" || key === "id") {
      // the reply's own type follows; an id behind everything else is conntrack's own
      if (tuples.length === 1) icmp[key] = Number(value);
    } else if (key === "ASSURED" || key === "OFFLOAD" || key === "HW_OFFLOAD") assured = true;
    else if (key === "UNREPLIED") unreplied = true;
    else if (key === "mark") mark = Number(value) >>> 0;
    else if (key === "zone" || key === "zone-orig" || key === "zone-reply") zone = Number(value);
    else if (key === "helper") helper = value;
    else if (!inert.has(key)) more.push(word);
  }
  const [first, second] = tuples;
  const original = first && tupleOf(first);
  const reply = second && tupleOf(second);
  if (!original || !reply || tuples.length > 2) return undefined;
  return {
    by: "conntrack",
    ...(event === undefined ? {} : { event: events[event as keyof typeof events] }),
    ...(stamp === undefined ? {} : { stamp }),
    proto: protocolName(name === "unknown" ? number : name) ?? name,
    original,
    reply,
    ...(state === undefined ? {} : { state }),
    ...(timeout === undefined ? {} : { timeout: Number(timeout) }),
    assured,
    unreplied,
    ...(mark === undefined ? {} : { mark }),
    ...(zone === undefined ? {} : { zone }),
    ...(helper === undefined ? {} : { helper }),
    ...(icmp.type === -1 ? {} : { icmp }),
    ...(more.length === 0 ? {} : { more: more.join(" ") }),
  };
}

const address = (side: "src" | "dst", value: string): Partial<Draft> => {
  const ip = parseIp(value);
  return ip === undefined ? {} : { [side]: ip };
};

/** Options of `conntrack -o save` (conntrack-tools 1.4.7 src/conntrack.c), which begins like ipvsadm's -A -t. */
const saved: Readonly<Record<string, string>> = {
  "-s": "src",
  "-d": "dst",
  "-r": "reply-src",
  "-q": "reply-dst",
  "-g": "dst-nat",
  "-n": "src-nat",
  "-t": "timeout",
  "-u": "status",
  "-p": "proto",
  "-m": "mark",
  "-w": "zone",
  "-f": "family",
};

/** `-A -t 116 -u SEEN_REPLY,ASSURED -s 192.0.2.1 -d 198.51.100.1 -r 203.0.113.1 -q 192.0.2.1 -p tcp --sport 1 …`. */
export function readSavedConnection(text: string): ReadConnection | undefined {
  const list = text.trim().split(/\s+/);
  if (list.shift() !== "-A") return undefined;
  const values = new Map<string, string>();
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] ?? "";
    values.set(saved[name] ?? name.replace(/^--/, ""), list[i + 1] ?? "");
  }
  const ip = (name: string): Ip | undefined =>
    parseIp((values.get(name) ?? "").split(":")[0] ?? "") ?? parseIp(values.get(name) ?? "");
  const port = (name: string): number => Number(values.get(name) ?? 0) || 0;
  const src = ip("src");
  const dst = ip("dst");
  if (src === undefined || dst === undefined) return undefined;
  const reply = {
    src: ip("reply-src") ?? ip("dst-nat") ?? dst,
    dst: ip("reply-dst") ?? ip("src-nat") ?? src,
    sport: port("reply-port-src") || port("dport"),
    dport: port("reply-port-dst") || port("sport"),
  };
  const status = (values.get("status") ?? "").split(",");
  const state = values.get("state");
  const [mark, zone] = [values.get("mark"), values.get("zone")];
  const type = values.get("icmp-type") ?? values.get("icmpv6-type");
  const name = values.get("proto") ?? "";
  return {
    by: "conntrack",
    proto: protocolName(name) ?? name,
    original: { src, dst, sport: port("sport"), dport: port("dport") },
    reply,
    ...(state === undefined ? {} : { state }),
    timeout: port("timeout"),
    assured: status.includes("ASSURED"),
    unreplied: !status.includes("SEEN_REPLY"),
    ...(mark === undefined ? {} : { mark: Number(mark.split("/")[0]) >>> 0 }),
    ...(zone === undefined ? {} : { zone: Number(zone) }),
    ...(type === undefined
      ? {}
      : {
          icmp: {
            type: Number(type),
            code: port("icmp-code") || port("icmpv6-code"),
            id: port("icmp-id") || port("icmpv6-id"),
          },
        }),
  };
}
