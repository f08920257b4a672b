import { describe, expect, it } from "vitest";
import { read } from "./testing/format-checks.ts";

const started = (mode: string) => `$ ps -ef\nkube-proxy --proxy-mode=${mode} --v=2\n`;
const runs = (mode: string) => `$ curl 127.0.0.1:10249/proxyMode\n${mode}\n`;
const server = "$ ipvsadm -S -n\n-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 192.0.2.7:6443 -m -w 1\n";
const chains = "$ iptables-save -t nat\n*nat\n:OUTPUT ACCEPT [0:0]\n:KUBE-SVC-NPX46M4PTMTKRN6Y - [0:0]\nCOMMIT\n";

describe("who carries Services", () => {
  const cases: [name: string, text: string, expected: string | undefined][] = [
    ["asked for nftables", started("nftables"), "kube-proxy's nftables mode"],
    ["runs in nftables mode", runs("nftables"), "kube-proxy's nftables mode"],
    ["asked for nftables, runs in iptables mode", started("nftables") + runs("iptables"), undefined],
    ["asked for nftables, IPVS has servers", started("nftables") + server, undefined],
    ["asked for nftables, nat has Services' chains", started("nftables") + chains, undefined],
    ["userspace", started("userspace"), "kube-proxy's userspace mode"],
    ["ipvs", started("ipvs"), undefined],
    ["nothing said", server, undefined],
  ];
  it.each(cases)("%s", (_name, text, expected) => expect(read(text).snapshot.otherDataplane?.name).toBe(expected));
});
