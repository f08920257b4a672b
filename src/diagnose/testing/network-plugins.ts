/** Rules of other programs than kube-proxy in table nat, by chain, as they write them (reference: stack.md). */
type NatRules = Readonly<Record<string, readonly string[]>>;

const said = (text: string): string => `-m comment --comment "${text}"`;

/** flannel since 0.20: a chain of its own. */
export const flannel = (pods = "10.244.0.0/16", subnet = "10.244.1.0/24"): NatRules => ({
  POSTROUTING: [`${said("flanneld masq")} -j FLANNEL-POSTRTG`],
  "FLANNEL-POSTRTG": [
    `-m mark --mark 0x4000/0x4000 ${said("flanneld masq")} -j RETURN`,
    `-s ${subnet} -d ${pods} ${said("flanneld masq")} -j RETURN`,
    `-s ${pods} -d ${subnet} ${said("flanneld masq")} -j RETURN`,
    `! -s ${pods} -d ${subnet} ${said("flanneld masq")} -j RETURN`,
    `-s ${pods} ! -d 224.0.0.0/4 ${said("flanneld masq")} -j MASQUERADE --random-fully`,
    `! -s ${pods} -d ${pods} ${said("flanneld masq")} -j MASQUERADE --random-fully`,
  ],
});

/** flannel before. */
export const oldFlannel = (pods = "10.244.0.0/16", subnet = "10.244.1.0/24"): NatRules => ({
  POSTROUTING: [
    `-s ${pods} -d ${pods} -j RETURN`,
    `-s ${pods} ! -d 224.0.0.0/4 -j MASQUERADE`,
    `! -s ${pods} -d ${subnet} -j RETURN`,
    `! -s ${pods} -d ${pods} -j MASQUERADE`,
  ],
});

/** Weave Net. */
export const weave = (pods = "10.244.0.0/16"): NatRules => ({
  POSTROUTING: ["-j WEAVE"],
  WEAVE: [
    `-s ${pods} -d 224.0.0.0/4 -j RETURN`,
    `! -s ${pods} -d ${pods} -j MASQUERADE`,
    `-s ${pods} ! -d ${pods} -j MASQUERADE`,
  ],
});

/** ip-masq-agent, which spares these ranges. */
export const masqueradeAgent = (...ranges: readonly string[]): NatRules => {
  const local = said("ip-masq-agent: local traffic is not subject to MASQUERADE");
  return {
    POSTROUTING: [
      `${said("ip-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom IP-MASQ-AGENT chain")} -m addrtype ! --dst-type LOCAL -j IP-MASQ-AGENT`,
    ],
    "IP-MASQ-AGENT": [
      ...ranges.map((range) => `-d ${range} ${local} -m addrtype ! --dst-type LOCAL -j RETURN`),
      `${said("ip-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)")} -m addrtype ! --dst-type LOCAL -j MASQUERADE`,
    ],
  };
};

/** Docker's own bridge. */
export const docker = (range = "172.17.0.0/16"): NatRules => ({
  POSTROUTING: [`-s ${range} ! -o docker0 -j MASQUERADE`],
  DOCKER: ["-i docker0 -j RETURN"],
});
