import { describe, expect, it } from "vitest";
import { sourceText } from "../../base/source.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { iptablesSavePrinter } from "../iptables-save/print.ts";
import { printTexts } from "../print.ts";
import { covered, read } from "../testing/format-checks.ts";
import { chain, n, numbered, nv, rulesIn } from "./testing/listing.ts";

describe("a row", () => {
  it.each<[name: string, header: string, row: string, rule: string]>([
    [
      "protocol by number, as 1.8.9 writes it",
      n,
      "ACCEPT     6    --  0.0.0.0/0            0.0.0.0/0            tcp dpt:80",
      "-p tcp -m tcp --dport 80 -j ACCEPT",
    ],
    [
      "protocol by name, as other versions write it",
      n,
      "ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            tcp dpt:80",
      "-p tcp -m tcp --dport 80 -j ACCEPT",
    ],
    [
      "no target",
      nv,
      "    0     0           !6    --  *      *       0.0.0.0/0            0.0.0.0/0           ",
      "! -p tcp",
    ],
    ["no target, no protocol", n, "           all  --  10.0.0.1             0.0.0.0/0", "-s 10.0.0.1/32"],
    [
      "negated addresses take the blank's place",
      n,
      "DROP       all  -- !10.0.0.0/8          !10.96.0.1           ",
      "! -s 10.0.0.0/8 ! -d 10.96.0.1/32 -j DROP",
    ],
    [
      "interfaces",
      nv,
      "    0     0 DROP       0    --  !docker0 eth+    0.0.0.0/0            0.0.0.0/0           ",
      "! -i docker0 -o eth+ -j DROP",
    ],
    [
      "fragments",
      nv,
      "    0     0 DROP       0    !f  *      *       0.0.0.0/0            0.0.0.0/0           ",
      "! -f -j DROP",
    ],
    [
      "goto",
      n,
      "KUBE-SEP-1  all  --  0.0.0.0/0            0.0.0.0/0           [goto]  /* x */",
      "-m comment --comment x -g KUBE-SEP-1",
    ],
    [
      "rounded counters",
      numbered,
      "12    100K 9999M ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0",
      "-j ACCEPT",
    ],
    [
      "long counters of -x",
      nv,
      " 1234567 123456789012 ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0",
      "-j ACCEPT",
    ],
    [
      "a long name",
      n,
      "KUBE-SVC-NPX46M4PTMTKRN6YABCD  all  --  0.0.0.0/0            10.96.0.1            /* default/kubernetes:https cluster IP */ tcp dpt:443",
      '-d 10.96.0.1/32 -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6YABCD',
    ],
    [
      "without -n",
      n,
      "ACCEPT     tcp  --  anywhere             loopback/8           tcp dpt:https",
      "-d 127.0.0.0/8 -p tcp -m tcp --dport 443 -j ACCEPT",
    ],
    [
      "two comments",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            /* cali:x */ /* y */",
      '-m comment --comment "cali:x" -m comment --comment y -j ACCEPT',
    ],
    [
      "a comment that ends twice",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            /* a */ b */ tcp dpt:80",
      '-m comment --comment "a */ b" -m tcp --dport 80 -j ACCEPT',
    ],
    [
      "an empty comment",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            /*  */",
      '-m comment --comment "" -j ACCEPT',
    ],
    [
      "a log prefix before 1.4.11",
      n,
      "LOG        all  --  0.0.0.0/0            0.0.0.0/0           LOG flags 0 level 4 prefix `x: ' ",
      '-j LOG --log-prefix "x: "',
    ],
    [
      "a mark of revision 0",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           MARK match 0x4000/0x4000 ",
      "-m mark --mark 0x4000/0x4000 -j ACCEPT",
    ],
    [
      "a set before 1.4.4",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           set KUBE-CLUSTER-IP dst,dst ",
      "-m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT",
    ],
    [
      "a probability before 1.4.11",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           statistic mode random probability 0.500000 ",
      "-m statistic --mode random --probability 0.50000000000 -j ACCEPT",
    ],
    [
      "a recent list before 1.4.15",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           recent: SET name: ssh side: source ",
      "-m recent --set --name ssh --mask 255.255.255.255 --rsource -j ACCEPT",
    ],
    [
      "NOTRACK under CT",
      n,
      "CT         udp  --  0.0.0.0/0            0.0.0.0/0            udp dpt:53 NOTRACK",
      "-p udp -m udp --dport 53 -j NOTRACK",
    ],
    [
      "NOTRACK of old",
      n,
      "NOTRACK    udp  --  0.0.0.0/0            0.0.0.0/0            udp dpt:53",
      "-p udp -m udp --dport 53 -j NOTRACK",
    ],
    [
      "a mark set to nothing",
      n,
      "MARK       all  --  0.0.0.0/0            0.0.0.0/0            MARK and 0x0",
      "-j MARK --set-xmark 0x0/0xffffffff",
    ],
  ])("%s", (_, header, row, rule) => {
    const reading = read(chain(header, row));
    const [found] = rulesIn([...(reading.snapshot.iptables.get(4)?.tables.values() ?? [])][0]);
    expect(found && printRule(found)).toBe(`-A KUBE-X ${rule}`);
    expect(found?.understood).toBe(true);
  });

  it("of ip6tables until 1.8.7, which leaves the opt column blank", () => {
    const six = (header: string, row: string): string | undefined => {
      const reading = read(chain(header, row));
      const [found] = rulesIn([...(reading.snapshot.iptables.get(6)?.tables.values() ?? [])][0]);
      return found && printRule(found);
    };
    expect(six(n, "ACCEPT     tcp      fd00::/8             ::/0                 tcp dpt:80")).toBe(
      "-A KUBE-X -s fd00::/8 -p tcp -m tcp --dport 80 -j ACCEPT",
    );
    expect(six(n, "           ipv6-icmp    ::/0                !fd00::1              ipv6-icmptype 128")).toBe(
      "-A KUBE-X ! -d fd00::1/128 -p ipv6-icmp -m icmp6 --icmpv6-type 128",
    );
    expect(six(n, "KUBE-SERVICES  all      anywhere             anywhere            ")).toBe(
      "-A KUBE-X -j KUBE-SERVICES",
    );
    expect(six(nv, "    0     0 tcp        all      !lo    *       ::/0                 ::/0                ")).toBe(
      "-A KUBE-X ! -i lo -j tcp",
    );
  });

  it.each<[name: string, row: string, rule: string, code: string, at: string]>([
    [
      "a host's name",
      "ACCEPT     all  --  node1.example.com    anywhere",
      "-s node1.example.com -j ACCEPT",
      "rule/host-name",
      "node1.example.com",
    ],
    [
      "text of a match that natlens does not know",
      "ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            tcp dpt:80 FOO match 5 /* x */",
      "-p tcp -m tcp --dport 80 -m comment --comment x FOO match 5 -j ACCEPT",
      "rule/unread-text",
      "FOO match 5",
    ],
    [
      "text of a target that natlens does not know",
      "FOO        all  --  0.0.0.0/0            0.0.0.0/0            foo 5",
      "-j FOO foo 5",
      "rule/unknown-target",
      "FOO",
    ],
    [
      "a service's name that is in no list",
      "ACCEPT     tcp  --  anywhere             anywhere             tcp dpt:acme-rpc",
      "-p tcp -m tcp tcp dpt:acme-rpc -j ACCEPT",
      "match/not-a-port",
      "dpt:acme-rpc",
    ],
    [
      "a comment that may end in two places",
      "ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            /* a */ tcp dpt:80 /* b */",
      "-p tcp -m comment --comment a -m tcp --dport 80 -m comment --comment b -j ACCEPT",
      "rule/ambiguous-text",
      "/* a */ tcp dpt:80 /* b */",
    ],
  ])("with %s is undecided", (_, row, rule, code, at) => {
    const reading = read(chain(n, row));
    const [found] = rulesIn([...(reading.snapshot.iptables.get(4)?.tables.values() ?? [])][0]);
    expect(found && printRule(found)).toBe(`-A KUBE-X ${rule}`);
    expect(found?.understood).toBe(false);
    const diagnostic = reading.diagnostics.find((d) => d.code === code);
    expect(diagnostic && covered(reading, diagnostic.at)).toBe(at);
  });

  it("says which service a port's name was taken for", () => {
    const reading = read(
      chain(n, "ACCEPT     tcp  --  anywhere             anywhere             multiport dports domain,x11:6100"),
    );
    expect(reading.diagnostics.filter((d) => d.code === "rule/service-name").map((d) => d.message.en)).toEqual([
      "The port is shown as domain, which is taken for 53 as in the usual /etc/services.",
      "The port is shown as x11, which is taken for 6000 as in the usual /etc/services.",
    ]);
  });

  it("is printed with its counters where they are exact", () => {
    const rows = ["100K 9999M", "  12   720"].map(
      (counters) => ` ${counters} ACCEPT     all  --  *      *       10.0.0.0/8           0.0.0.0/0`,
    );
    const source = sourceText("s", "paste", chain(nv, ...rows));
    expect([...printTexts([source], iptablesSavePrinter, () => {})]).toEqual([
      "*filter",
      ":KUBE-X - [0:0]",
      "-A KUBE-X -s 10.0.0.0/8 -j ACCEPT",
      "[12:720] -A KUBE-X -s 10.0.0.0/8 -j ACCEPT",
    ]);
  });

  it("keeps rounded counters as text", () => {
    const reading = read(chain(nv, " 100K 9999M ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0"));
    const [found] = rulesIn([...(reading.snapshot.iptables.get(4)?.tables.values() ?? [])][0]);
    expect(found?.counters).toEqual({ packets: "100K", bytes: "9999M" });
  });
});
