import fc from "fast-check";
import { deflateSync } from "fflate";
import { describe, expect, it } from "vitest";
import { parseIp } from "../model/net/ip.ts";
import { decodeLink, encodeLink, type Shared } from "./permalink.ts";

const ip = (text: string) => {
  const found = parseIp(text);
  if (!found) throw new Error(text);
  return found;
};

const shared: Shared = {
  texts: [
    { side: "healthy", name: "paste 1", content: "*nat\n-A OUTPUT -j KUBE-SERVICES\n" },
    { side: "broken", name: "dump.txt", content: "中文 and \u0000 bytes" },
  ],
  flow: { from: "host", to: ip("192.0.2.1"), port: 443, proto: "tcp", source: ip("192.0.2.9") },
  step: 7,
  whatIf: [{ kind: "cluster-cidr", side: "broken", cidr: "10.1.0.0/16" }],
};

describe("permalink version 0", () => {
  it("opens to what was shared", () => {
    expect(decodeLink(`#${encodeLink(shared)}`)).toEqual({ ok: true, value: shared });
  });

  it("round trips any texts", () => {
    const text = fc.record({
      side: fc.constantFrom("healthy" as const, "broken" as const),
      name: fc.string({ maxLength: 20 }),
      content: fc.string({ unit: "grapheme" }),
    });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
        const order = (t: Shared["texts"]) =>
          [...t].sort((a, b) => (a.side === b.side ? 0 : a.side === "healthy" ? -1 : 1));
        expect(decodeLink(encodeLink({ texts }))).toEqual({ ok: true, value: { texts: order(texts) } });
      }),
    );
  });

  it("refuses every truncation with a reason", () => {
    const link = encodeLink(shared);
    for (let cut = 0; cut < link.length; cut++) expect(decodeLink(link.slice(0, cut)).ok).toBe(false);
  });

  const bomb = deflateSync(new Uint8Array(200_000_000), { level: 9 });
  const base64 = Buffer.from(bomb).toString("base64url");
  const cases: [name: string, fragment: string, code: string][] = [
    ["nothing", "", "link/foreign"],
    ["another page's fragment", "#section-2", "link/foreign"],
    ["a later version", "v9.abc", "link/other-version"],
    ["letters that are no base64", "v0.5.%%%", "link/damaged"],
    ["valid base64, no deflate", "v0.5.AAAAAAAA", "link/damaged"],
    ["a bomb of 200 MB", `v0.${(8_000_000).toString(36)}.${base64}`, "link/damaged"],
    ["longer than any link", `v0.5.${"A".repeat(1_600_000)}`, "link/too-long"],
  ];
  it.each(cases)("says what is wrong with %s", (_name, fragment, code) => {
    const started = performance.now();
    const result = decodeLink(fragment);
    expect(result.ok ? "ok" : result.code).toBe(code);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("gives a value for any string", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof decodeLink(`v0.${text}`).ok === "boolean"));
  });
});
