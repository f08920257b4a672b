import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { ipJson } from "./ip-json.ts";

fixtureChecks(ipJson, import.meta.dirname);

const fixture = (format: string, name: string): string =>
  readFileSync(join(import.meta.dirname, "..", format, "fixtures", name), "utf8");

describe("ip -j", () => {
  it("says of rules what ip says without -j", () => {
    const json = read(fixture("ip-json", "rule.iproute2-6.1.txt"));
    const text = read(fixture("ip-rule", "selectors.iproute2-6.1.txt"));
    const known = (reading: typeof json): unknown =>
      reading.snapshot.rules.list.filter((r) => r.unknown === undefined).map(plain);
    expect(known(json)).toEqual(known(text));
    expect(json.snapshot.rules.list.map((r) => r.priority)).toEqual(text.snapshot.rules.list.map((r) => r.priority));
  });
  it("says of routes what ip says without -j", () => {
    const json = read(fixture("ip-json", "route.iproute2-6.1.txt"));
    const text = read(fixture("ip-route", "kinds.iproute2-6.1.txt"));
    const known = (reading: typeof json): unknown =>
      reading.snapshot.routes.list.filter((r) => r.unknown === undefined).map(plain);
    expect(known(json)).toEqual(known(text));
    expect(json.snapshot.routes.list).toHaveLength(text.snapshot.routes.list.length);
    expect(json.snapshot.routes.coverage).toEqual(text.snapshot.routes.coverage);
  });
  it("says of addresses what ip says without -j, long and brief", () => {
    const addresses = (text: string): unknown =>
      read(text).snapshot.links.list.map((l) => [
        l.name,
        l.parent,
        l.addresses.map((a) => `${a.address}/${a.prefix} ${a.peer ?? ""}`),
      ]);
    const json = fixture("ip-json", "addr.iproute2-6.1.txt");
    expect(addresses(json)).toEqual(addresses(fixture("ip-json", "brief.iproute2-6.1.txt")));
    const text = fixture("ip-addr", "details.iproute2-6.1.txt");
    expect(addresses(json)).toEqual(addresses(text));
    const whole = (from: string): unknown =>
      read(from).snapshot.links.list.map(
        ({ kind: _k, details: _d, promiscuity: _p, hairpin: _h, isolated: _i, mac: _m, ...rest }) => plain(rest),
      );
    expect(whole(json)).toEqual(whole(text));
    expect(read(json).snapshot.links.coverage).toBe("whole");
  });
  it("reads bridge ports and kinds", () => {
    expect(plain(read(fixture("ip-json", "bridge.iproute2-6.1.txt")).snapshot.links.list)).toMatchObject([
      { name: "va", master: "br0", hairpin: true, isolated: true },
    ]);
    expect(plain(read(fixture("ip-json", "pretty-link.iproute2-6.1.txt")).snapshot.links.list)).toMatchObject([
      { name: "va", master: "br0", kind: "veth" },
    ]);
  });
  it("takes the answer of ip route get for no table", () => {
    const reading = read(
      '[{"dst":"10.99.0.1","gateway":"10.1.0.1","dev":"vb","prefsrc":"10.1.0.2","flags":[],"uid":0,"cache":[]}]\n',
    );
    expect(codes(reading)).toEqual(["ip-route/one-answer"]);
    expect(reading.snapshot.routes.list).toEqual([]);
    expect(plain(reading.snapshot.routeAnswers)).toMatchObject([
      { hops: [{ via: "10.1.0.1", dev: "vb" }], source: "10.1.0.2" },
    ]);
  });
  it("reads what is complete of an array that is cut off", () => {
    const reading = read(
      '[{"ifname":"lo","operstate":"UNKNOWN","addr_info":[{"local":"127.0.0.1","prefixlen":8}]},{"ifname":"et\n',
    );
    expect(codes(reading)).toContain("ip-json/bad-json");
    expect(plain(reading.snapshot.links)).toMatchObject({ coverage: "partial", list: [{ name: "lo" }] });
  });
});
