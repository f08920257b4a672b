import { describe, expect, it } from "vitest";
import { fixtureChecks, read } from "../testing/format-checks.ts";
import { ipvsadmConnections } from "./ipvsadm-connections.ts";

fixtureChecks(ipvsadmConnections, import.meta.dirname);

const brief = (text: string): string[] =>
  read(text).snapshot.connections.flatMap((list) =>
    Array.from(list, ({ by, proto, original: o, reply: r, state, timeout, more }) =>
      `${by} ${proto} ${o.src} ${o.sport} > ${o.dst} ${o.dport} at ${r.src} ${r.sport} ${state} ${timeout} ${more ?? ""}`.trim(),
    ),
  );

describe("ipvsadm -L -n -c", () => {
  const cases: [line: string, expected: string][] = [
    [
      "TCP 14:31  ESTABLISHED 10.19.9.1:36652    10.20.0.1:443      10.19.9.120:6443",
      "ipvs tcp 10.19.9.1 36652 > 10.20.0.1 443 at 10.19.9.120 6443 ESTABLISHED 871",
    ],
    [
      "TCP 179:56 ASSURED     10.20.0.1:0        10.20.0.1:443      10.19.9.120:6443",
      "ipvs tcp 10.20.0.1 0 > 10.20.0.1 443 at 10.19.9.120 6443 ASSURED 10796",
    ],
    [
      "UDP 04:43  UDP         10.244.1.5:54321   10.96.0.10:53      10.244.2.2:53",
      "ipvs udp 10.244.1.5 54321 > 10.96.0.10 53 at 10.244.2.2 53 UDP 283",
    ],
    [
      "TCP 00:55  SYN_RECV    [fd00:244::5]:49153 [fd00:96::1]:443   [fd00:244:1::5]:6443",
      "ipvs tcp fd00:244::5 49153 > fd00:96::1 443 at fd00:244:1::5 6443 SYN_RECV 55",
    ],
    [
      "UDP 04:43  UDP         10.0.0.1:5060      10.96.0.12:5060    10.244.2.2:5060 sip abc@host",
      "ipvs udp 10.0.0.1 5060 > 10.96.0.12 5060 at 10.244.2.2 5060 UDP 283 sip abc@host",
    ],
    [
      "TCP 0A130901 8F2C 0A140001 01BB 0A130978 192B ESTABLISHED     871",
      "ipvs tcp 10.19.9.1 36652 > 10.20.0.1 443 at 10.19.9.120 6443 ESTABLISHED 871",
    ],
    [
      "TCP fd00:0244:0000:0000:0000:0000:0000:0005 C001 fd00:0096:0000:0000:0000:0000:0000:0001 01BB fd00:0244:0001:0000:0000:0000:0000:0005 192B SYN_RECV          55",
      "ipvs tcp fd00:244::5 49153 > fd00:96::1 443 at fd00:244:1::5 6443 SYN_RECV 55",
    ],
  ];
  it.each(cases)("reads %s", (line, expected) => expect(brief(`${line}\n`)).toEqual([expected]));
});
