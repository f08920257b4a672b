import type { Proxier, Written } from "./cluster.ts";
import { append, clearsMark, comment, declare, hex, markRule, since } from "./spelling.ts";

/**
 * What the kubelet adds (pkg/kubelet/kubelet_network_linux.go): up to 1.26 the marking chains and the firewall for marked
 * packets, which kube-proxy of those versions relies on; canaries from 1.17, the hint from 1.24.
 */
export function addKubelet({ kubelet: v, mark, family }: Proxier, { nat, filter, mangle }: Written): void {
  if (!v) return;
  if (!since(v, 27)) {
    append(nat, "KUBE-MARK-DROP", "-j MARK --set-xmark 0x8000/0x8000");
    if ((nat.get("KUBE-MARK-MASQ") ?? []).length === 0) append(nat, "KUBE-MARK-MASQ", markRule(mark));
    if (!nat.has("KUBE-POSTROUTING"))
      append(
        nat,
        "KUBE-POSTROUTING",
        ...(clearsMark(v)
          ? [
              `-m mark ! --mark ${hex(mark)}/${hex(mark)} -j RETURN`,
              `-j MARK --set-xmark ${hex(mark)}/0x0`,
              `${comment("kubernetes service traffic requiring SNAT")} -j MASQUERADE`,
            ]
          : [
              `${comment("kubernetes service traffic requiring SNAT")} -m mark --mark ${hex(mark)}/${hex(mark)} -j MASQUERADE`,
            ]),
      );
    const jump = `${comment("kubernetes postrouting rules")} -j KUBE-POSTROUTING`;
    if (!nat.get("POSTROUTING")?.includes(jump)) append(nat, "POSTROUTING", jump);
    append(
      filter,
      "KUBE-FIREWALL",
      `${comment("kubernetes firewall for dropping marked packets")} -m mark --mark 0x8000/0x8000 -j DROP`,
    );
  }
  declare(filter, "KUBE-FIREWALL");
  if (family === 4 && since(v, [16, 11], [17, 7], [18, 4], 19)) localnetRule(filter);
  for (const chain of ["INPUT", "OUTPUT"])
    if (!filter.get(chain)?.includes("-j KUBE-FIREWALL")) append(filter, chain, "-j KUBE-FIREWALL");
  if (since(v, 17)) for (const table of [mangle, nat, filter]) declare(table, "KUBE-KUBELET-CANARY");
  if (since(v, 24)) declare(mangle, "KUBE-IPTABLES-HINT");
}

/** Keeps other hosts of the link away from loopback addresses, which route_localnet opens (CVE-2020-8558). */
export function localnetRule(filter: Written["filter"]): void {
  const rule = `! -s 127.0.0.0/8 -d 127.0.0.0/8 ${comment("block incoming localnet connections")} -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`;
  if (!filter.get("KUBE-FIREWALL")?.includes(rule)) append(filter, "KUBE-FIREWALL", rule);
}
