import { both, type Edit, inFile } from "./damage.ts";
import { inTable, lines, routedPods, said } from "./dressings.ts";

const pods = ["cali7f2e1c4a9d0", "cali0d9c8b7a6f5"] as const;

/** Felix 3.2x, default policy of a namespace without NetworkPolicy. */
export const calico: Edit = both(
  routedPods(pods[0], pods[1], "blackhole 10.244.1.0/26 proto bird"),
  inFile(
    "ip-route",
    "10.244.2.0/24 via 192.168.10.12 dev eth0\n",
    "10.244.2.0/26 via 192.168.10.12 dev tunl0 proto bird onlink\n",
  ),
  lines(
    "ip-addr",
    "5: tunl0@NONE: <NOARP,UP,LOWER_UP> mtu 1440 qdisc noqueue state UNKNOWN group default qlen 1000",
    "    inet 10.244.1.0/32 scope global tunl0",
  ),
  lines("ip-route", "local 10.244.1.0 dev tunl0 table local proto kernel scope host src 10.244.1.0"),
  lines(
    "ipset-save",
    "create cali40masq-ipam-pools hash:net family inet hashsize 1024 maxelem 1048576",
    "add cali40masq-ipam-pools 10.244.0.0/16",
    "create cali40all-ipam-pools hash:net family inet hashsize 1024 maxelem 1048576",
    "add cali40all-ipam-pools 10.244.0.0/16",
    "create cali40all-hosts-net hash:net family inet hashsize 1024 maxelem 1048576",
    "add cali40all-hosts-net 192.168.10.11",
    "add cali40all-hosts-net 192.168.10.12",
  ),
  inTable("raw", {
    chains: ["cali-PREROUTING", "cali-OUTPUT", "cali-rpf-skip", "cali-from-host-endpoint", "cali-to-host-endpoint"],
    above: [
      `-A PREROUTING ${said("cali:6gwbT8clXdHdC1b1")} -j cali-PREROUTING`,
      `-A OUTPUT ${said("cali:tVnHkvAo15HuiPy0")} -j cali-OUTPUT`,
    ],
    below: [
      `-A cali-OUTPUT ${said("cali:njdnLwYeGqBJyMxW")} -j MARK --set-xmark 0x0/0xf0000`,
      `-A cali-OUTPUT ${said("cali:rz86uTUcEZAfFsh7")} -j cali-to-host-endpoint`,
      `-A cali-OUTPUT ${said("cali:pN0F5zD0b8yf9W1Z")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
      `-A cali-PREROUTING ${said("cali:zatSDPVUhhPCkd6Y")} -j MARK --set-xmark 0x0/0xf0000`,
      `-A cali-PREROUTING -i cali+ ${said("cali:-ES4EW0Tk7xiMAfr")} -j MARK --set-xmark 0x40000/0x40000`,
      `-A cali-PREROUTING ${said("cali:mHV5Q4QYl3tDr2Oc")} -m mark --mark 0x40000/0x40000 -j cali-rpf-skip`,
      `-A cali-PREROUTING ${said("cali:nYKhEzDlr11Jccal")} -m mark --mark 0x40000/0x40000 -m rpfilter --validmark --invert -j DROP`,
      `-A cali-PREROUTING ${said("cali:zjZnAGz9WkYBEvSa")} -m mark --mark 0x0/0x40000 -j cali-from-host-endpoint`,
      `-A cali-PREROUTING ${said("cali:mvfcGqV8wJIzAUFQ")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
    ],
  }),
  inTable("mangle", {
    chains: ["cali-PREROUTING", "cali-from-host-endpoint"],
    above: [`-A PREROUTING ${said("cali:6gwbT8clXdHdC1b1")} -j cali-PREROUTING`],
    below: [
      `-A cali-PREROUTING ${said("cali:6BJqBjBC7crtA-7-")} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      `-A cali-PREROUTING ${said("cali:KX7AGNd6rMcDUai6")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
      `-A cali-PREROUTING ${said("cali:wNH7KsA3ILKJBsY9")} -j cali-from-host-endpoint`,
    ],
  }),
  inTable("nat", {
    chains: [
      "cali-PREROUTING",
      "cali-OUTPUT",
      "cali-POSTROUTING",
      "cali-fip-dnat",
      "cali-fip-snat",
      "cali-nat-outgoing",
    ],
    above: [
      `-A PREROUTING ${said("cali:6gwbT8clXdHdC1b1")} -j cali-PREROUTING`,
      `-A OUTPUT ${said("cali:tVnHkvAo15HuiPy0")} -j cali-OUTPUT`,
      `-A POSTROUTING ${said("cali:O3lYWMrLQYEMJtB5")} -j cali-POSTROUTING`,
    ],
    below: [
      `-A cali-OUTPUT ${said("cali:GBTAv2p5CwevEyJm")} -j cali-fip-dnat`,
      `-A cali-PREROUTING ${said("cali:r6XmIziWUJsdOK6Z")} -j cali-fip-dnat`,
      `-A cali-POSTROUTING ${said("cali:Z-c7XtVd2Bq7s_hA")} -j cali-fip-snat`,
      `-A cali-POSTROUTING ${said("cali:nYKhEzDlr11Jccal")} -j cali-nat-outgoing`,
      `-A cali-POSTROUTING -o tunl0 ${said("cali:SXWvdsbh4Mw7wOln")} -m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE --random-fully`,
      `-A cali-nat-outgoing ${said("cali:flqWnvo8yq4ULQLa")} -m set --match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE --random-fully`,
    ],
  }),
  inTable("filter", {
    chains: [
      "cali-INPUT",
      "cali-FORWARD",
      "cali-OUTPUT",
      "cali-wl-to-host",
      "cali-from-wl-dispatch",
      "cali-to-wl-dispatch",
      "cali-from-hep-forward",
      "cali-to-hep-forward",
      "cali-from-host-endpoint",
      "cali-to-host-endpoint",
      "cali-cidr-block",
      ...pods.flatMap((pod) => [`cali-fw-${pod}`, `cali-tw-${pod}`]),
      "cali-pri-kns.default",
      "cali-pro-kns.default",
    ],
    above: [
      `-A INPUT ${said("cali:Cz_u1IQiXIMmKD4c")} -j cali-INPUT`,
      `-A FORWARD ${said("cali:wUHhoiAYhphO9Mso")} -j cali-FORWARD`,
      `-A OUTPUT ${said("cali:tVnHkvAo15HuiPy0")} -j cali-OUTPUT`,
    ],
    below: [
      `-A FORWARD ${said("cali:S93hcgKJrXEqnTfs")} ${said("Policy explicitly accepted packet.")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
      `-A FORWARD ${said("cali:mp77cMpurHhyjLrM")} -j MARK --set-xmark 0x10000/0x10000`,
      `-A cali-FORWARD ${said("cali:vjrMJCRpqwy5oRoX")} -j MARK --set-xmark 0x0/0xe0000`,
      `-A cali-FORWARD ${said("cali:A_sPAO0mcxbT9mOV")} -m mark --mark 0x0/0x10000 -j cali-from-hep-forward`,
      `-A cali-FORWARD -i cali+ ${said("cali:8ZoYfO5HKXWbB3pk")} -j cali-from-wl-dispatch`,
      `-A cali-FORWARD -o cali+ ${said("cali:jdEuaPBe14V2hutn")} -j cali-to-wl-dispatch`,
      `-A cali-FORWARD ${said("cali:12bc6HljsMKsmfr-")} -j cali-to-hep-forward`,
      `-A cali-FORWARD ${said("cali:MH9kMp5aNICL-Olv")} -j cali-cidr-block`,
      `-A cali-INPUT -p ipencap ${said("cali:PajejrV4aFdkZojI")} ${said("Allow IPIP packets from Calico hosts")} -m set --match-set cali40all-hosts-net src -m addrtype --dst-type LOCAL -j ACCEPT`,
      `-A cali-INPUT -p ipencap ${said("cali:_wjq-Yrma8Ly1Svo")} ${said("Drop IPIP packets from non-Calico hosts")} -j DROP`,
      `-A cali-INPUT -i cali+ ${said("cali:i7okJZpS8VxaJB3n")} -g cali-wl-to-host`,
      `-A cali-INPUT ${said("cali:hc1IvUZtXEwpBxwr")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
      `-A cali-INPUT ${said("cali:QDAGnRaBcmGj6SjW")} -j MARK --set-xmark 0x0/0xf0000`,
      `-A cali-INPUT ${said("cali:kmFoV1Ahkd1ZEP7J")} -j cali-from-host-endpoint`,
      `-A cali-INPUT ${said("cali:7FhWD6lYzh6L8Xoh")} ${said("Host endpoint policy accepted packet.")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
      `-A cali-OUTPUT ${said("cali:Mq1_rAdXXH3YkrzW")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
      `-A cali-OUTPUT -o cali+ ${said("cali:69FkRTJDvD5Vu6Vl")} -j RETURN`,
      `-A cali-OUTPUT ${said("cali:Fskumj4SGQtDV6GC")} -j MARK --set-xmark 0x0/0xf0000`,
      `-A cali-OUTPUT ${said("cali:1F4VWEsQu0QbRwKf")} -m conntrack ! --ctstate DNAT -j cali-to-host-endpoint`,
      `-A cali-OUTPUT ${said("cali:m8Eqm15x1MjD24LD")} ${said("Host endpoint policy accepted packet.")} -m mark --mark 0x10000/0x10000 -j ACCEPT`,
      `-A cali-wl-to-host ${said("cali:Ee9Sbo10IpVujdIY")} -j cali-from-wl-dispatch`,
      `-A cali-wl-to-host ${said("cali:nSZbcOoG1xPONxb8")} ${said("Configured DefaultEndpointToHostAction")} -j ACCEPT`,
      ...pods.map((pod) => `-A cali-from-wl-dispatch -i ${pod} ${said("cali:S1wuEjU2BEUCXlyI")} -g cali-fw-${pod}`),
      `-A cali-from-wl-dispatch ${said("cali:GfC7SF-wrQtlFPUW")} ${said("Unknown interface")} -j DROP`,
      ...pods.map((pod) => `-A cali-to-wl-dispatch -o ${pod} ${said("cali:Rj0a0T9Gz9pwKHnJ")} -g cali-tw-${pod}`),
      `-A cali-to-wl-dispatch ${said("cali:iODHbdjEXEsJuqnE")} ${said("Unknown interface")} -j DROP`,
      ...pods
        .flatMap((pod) => ["fw", "tw"].map((way) => [pod, way] as const))
        .flatMap(([pod, way]) => [
          `-A cali-${way}-${pod} ${said(`cali:${way}0S-NEcHyGKmF2aO`)} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
          `-A cali-${way}-${pod} ${said(`cali:${way}1TQAGg7xJTqcIP`)} -m conntrack --ctstate INVALID -j DROP`,
          `-A cali-${way}-${pod} ${said(`cali:${way}2i5PdoYYgbAEfF`)} -j MARK --set-xmark 0x0/0x10000`,
          ...(way === "fw"
            ? [
                `-A cali-fw-${pod} -p udp ${said("cali:fwVXLAN")} ${said("Drop VXLAN encapped packets originating in workloads")} -m multiport --dports 4789 -j DROP`,
                `-A cali-fw-${pod} -p ipencap ${said("cali:fwIPIP")} ${said("Drop IPinIP encapped packets originating in workloads")} -j DROP`,
              ]
            : []),
          `-A cali-${way}-${pod} ${said(`cali:${way}3bEv0xPCzpNcG`)} -j cali-${way === "fw" ? "pro" : "pri"}-kns.default`,
          `-A cali-${way}-${pod} ${said(`cali:${way}4Return if profile`)} -m mark --mark 0x10000/0x10000 -j RETURN`,
          `-A cali-${way}-${pod} ${said(`cali:${way}5xNoProfile`)} ${said("Drop if no profiles matched")} -j DROP`,
        ]),
      `-A cali-pri-kns.default ${said("cali:zMDXp1_8qjZDL4jj")} -j MARK --set-xmark 0x10000/0x10000`,
      `-A cali-pro-kns.default ${said("cali:oLzzje5WExbgfib5")} -j MARK --set-xmark 0x10000/0x10000`,
    ],
  }),
);
