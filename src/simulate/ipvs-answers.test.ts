import { describe, expect, it } from "vitest";
import { fieldKey } from "../model/net/symbolic.ts";
import type { Flow } from "./flow.ts";
import type { Edit } from "./testing/node.ts";
import { brief, outside, pod, simulated } from "./testing/virtual-servers.ts";
import type { Simulation } from "./trace.ts";

const one = "10.19.9.120:6443";

describe("answers", () => {
  const service = "-t 10.20.0.1:443";
  const here = "172.16.136.10:8080";
  const toPod = `-A ${service} -s rr\n-a ${service} -r ${here} -m -w 1`;
  const twoCards: Edit = (name, text) =>
    name === "ip-addr"
      ? `${text}90: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    inet 10.19.137.10/24 scope global eth1\n`
      : name === "ip-rule"
        ? text.replace("32766:", "32765:\tfrom 10.20.0.1 lookup 100\n32766:")
        : name === "ip-route-table-all"
          ? `${text}default via 10.19.137.1 dev eth1 table 100\n`
          : text;
  const sysctl =
    (line: string): Edit =>
    (name, text) =>
      name === "sysctl" ? `${text.replaceAll(new RegExp(`^${line.split(" ")[0]} .*\n`, "gm"), "")}${line}\n` : text;
  const leavesBy = ({ traces: [trace] }: Simulation): string | undefined => {
    const last = trace?.steps.filter((s) => s.direction === "reply" && s.kind === "received").at(-1);
    return last && fieldKey(last.packet.out);
  };

  it("are routed by the service's address that they get", () => {
    expect(leavesBy(simulated("02-broken", toPod, outside, twoCards))).toBe("eth1");
    expect(leavesBy(simulated("02-broken", toPod, outside, twoCards, sysctl("net.ipv4.vs.snat_reroute = 0")))).toBe(
      "eth0",
    );
  });

  const masquerades: Edit = (name, text) =>
    name === "iptables-save"
      ? text.replace("-A POSTROUTING", "-A POSTROUTING -o eth0 -p udp -j MASQUERADE\n-A POSTROUTING")
      : text;
  it.each([
    ["0", "delivered"],
    ["1", "delivered"],
  ])("of UDP are masqueraded no more than their requests, vs.conntrack=%s", (value, outcome) => {
    const dns = toPod.replaceAll("-t ", "-u ");
    const simulation = simulated(
      "02-broken",
      dns,
      { ...outside, proto: "udp" },
      masquerades,
      sysctl(`net.ipv4.vs.conntrack = ${value}`),
    );
    expect(simulation.outcome).toBe(outcome);
    const changed = simulation.traces[0]?.steps.filter((s) => s.direction === "reply" && s.kind === "nat");
    expect(changed).toEqual([]);
  });

  it("of UDP are masqueraded where raw kept conntrack from their requests", () => {
    const untracked: Edit = (name, text) =>
      name === "iptables-save"
        ? text.replace(/(\*raw\n(?::.*\n)+)/, "$1-A PREROUTING -p udp -m udp --dport 443 -j NOTRACK\n")
        : text;
    const dns = toPod.replaceAll("-t ", "-u ");
    const simulation = simulated("02-broken", dns, { ...outside, proto: "udp" }, masquerades, untracked);
    expect(simulation.traces[0]?.ending.reason).toBe("reply-from-other-address");
    const entries = simulation.traces[0]?.steps.filter((s) => s.kind === "nat" && s.direction === "reply");
    expect(entries?.map((s) => s.changes.map((c) => `${c.field} ${fieldKey(c.before)} ${fieldKey(c.after)}`))).toEqual([
      ["src 10.20.0.1 10.19.136.10"],
    ]);
  });

  it.each(["0", "1"])("to a datagram that is scheduled alone have no way back, vs.conntrack=%s", (value) => {
    const dns = `-A -u 10.20.0.1:443 -s rr --ops\n-a -u 10.20.0.1:443 -r ${one} -m -w 1`;
    const flow: Flow = { ...pod, proto: "udp" };
    const simulation = simulated("02-broken", dns, flow, sysctl(`net.ipv4.vs.conntrack = ${value}`));
    expect(brief(simulation)).toBe("reply-lost reply-from-other-address, 172.16.136.10 > 10.19.9.120 udp");
    expect(simulated("02-broken", dns.replaceAll("-u ", "-t "), pod).outcome).toBe("delivered");
  });
});
