import { rules } from "../damage.ts";

/** What the portmap plugin writes for a pod's host port; `first` in front of kube-proxy's jumps. */
export const hostPort = (port: number, pods: readonly string[], first = false) => {
  const jump = (hook: string): string => `-A ${hook} -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n`;
  return rules(/^\*nat\n(?::.*\n)+(?:-.*\n)*/m, (nat) => {
    const chains = pods.map((_, i) => `:CNI-DN-a${i}0 - [0:0]\n`).join("");
    const own = pods
      .map(
        (pod, i) =>
          `-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"a${i}\\"" -m multiport --dports ${port} -j CNI-DN-a${i}0\n` +
          `-A CNI-DN-a${i}0 -s 10.244.1.0/24 -p tcp -m tcp --dport ${port} -j CNI-HOSTPORT-SETMARK\n` +
          `-A CNI-DN-a${i}0 -s 127.0.0.1/32 -p tcp -m tcp --dport ${port} -j CNI-HOSTPORT-SETMARK\n` +
          `-A CNI-DN-a${i}0 -p tcp -m tcp --dport ${port} -j DNAT --to-destination ${pod}\n`,
      )
      .join("");
    const [head = ""] = /^\*nat\n(?::.*\n)+/.exec(nat) ?? [];
    const rest = nat.slice(head.length);
    const jumps = `${jump("PREROUTING")}${jump("OUTPUT")}`;
    const more = ":CNI-HOSTPORT-DNAT - [0:0]\n:CNI-HOSTPORT-SETMARK - [0:0]\n:CNI-HOSTPORT-MASQ - [0:0]\n";
    const marks =
      "-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE\n-A CNI-HOSTPORT-SETMARK -j MARK --set-xmark 0x2000/0x2000\n";
    const post = '-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ\n';
    return `${head}${more}${chains}${first ? jumps : ""}${post}${rest}${first ? "" : jumps}${marks}${own}`;
  });
};

/** What the kubelet with dockershim (up to 1.23) and CRI-O write, in front of kube-proxy's jumps. */
export const kubeletHostPort = (port: number, pod: string) =>
  rules(
    /^\*nat\n(?::.*\n)+/m,
    (head) =>
      `${head}:KUBE-HOSTPORTS - [0:0]\n:KUBE-HP-A0 - [0:0]\n` +
      ["PREROUTING", "OUTPUT"]
        .map(
          (hook) =>
            `-A ${hook} -m comment --comment "kube hostport portals" -m addrtype --dst-type LOCAL -j KUBE-HOSTPORTS\n`,
        )
        .join("") +
      `-A KUBE-HOSTPORTS -p tcp -m comment --comment "web_default hostport ${port}" -m tcp --dport ${port} -j KUBE-HP-A0\n` +
      `-A KUBE-HP-A0 -s ${pod.replace(/:.*/, "")}/32 -m comment --comment "web_default hostport ${port}" -j KUBE-MARK-MASQ\n` +
      `-A KUBE-HP-A0 -p tcp -m comment --comment "web_default hostport ${port}" -m tcp -j DNAT --to-destination ${pod}\n`,
  );
