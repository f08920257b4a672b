import { describe, expect, it } from "vitest";
import { fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { conntrackList } from "./conntrack-list.ts";

fixtureChecks(conntrackList, import.meta.dirname);

const tuple =
  "src=192.0.2.1 dst=198.51.100.1 sport=48392 dport=443 src=203.0.113.1 dst=192.0.2.1 sport=6443 dport=48392 [ASSURED] mark=0 use=1";

describe("conntrack -L", () => {
  const cases: [line: string, format: string][] = [
    [`tcp      6 116 TIME_WAIT ${tuple}`, "conntrack-list"],
    [`ipv4     2 tcp      6 116 TIME_WAIT ${tuple}`, "conntrack-list"],
    [`    [NEW] udp      17 30 ${tuple}`, "conntrack-list"],
    [`[1795376372.808236]\t[DESTROY] tcp      6 ${tuple}`, "conntrack-list"],
    ["TCP 14:31  ESTABLISHED 192.0.2.1:36652    198.51.100.1:443    203.0.113.1:6443", "conntrack-list"],
    ["TCP  198.51.100.1:443 rr", "ipvsadm-list"],
  ];
  it.each(cases)("takes %s for %s", (line, format) => expect(formatsOf(read(`${line}\n`))).toEqual([format]));
});
